// ESM-only packages that Jest's CommonJS runtime needs transformed.
const esmOnly = ['jose', 'uuid', 'kysely', 'node-pg-migrate', 'p-limit', 'yocto-queue'];

const shared = {
  transform: {
    '^.+\\.(t|j|mj)sx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', tsx: true, decorators: true },
          transform: { legacyDecorator: true, react: { runtime: 'automatic' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [
    `/node_modules/(?!\\.pnpm|${esmOnly.join('|')})`,
    `/node_modules/\\.pnpm/(?!(${esmOnly.join('|')})@)`,
  ],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.local/'],
};

/** @type {import('jest').Config} */
export default {
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'node',
      globalSetup: '<rootDir>/scripts/lib/jest-global-setup.ts',
      globalTeardown: '<rootDir>/scripts/lib/jest-global-teardown.ts',
      testEnvironment: 'node',
      testMatch: [
        '<rootDir>/{containers,lambdas,events,packages,infrastructure,step-functions,scripts}/**/*.test.ts',
      ],
    },
    {
      ...shared,
      displayName: 'e2e',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/scripts/e2e/**/*.e2e.ts'],
      globalSetup: '<rootDir>/scripts/e2e/setup.ts',
      globalTeardown: '<rootDir>/scripts/e2e/teardown.ts',
    },
    {
      ...shared,
      displayName: 'browser',
      testEnvironment: '<rootDir>/frontend/src/testing/environment.mjs',
      testMatch: ['<rootDir>/frontend/src/**/*.test.{ts,tsx}'],
      setupFilesAfterEnv: ['<rootDir>/frontend/src/testing/setup.ts'],
    },
  ],
};
