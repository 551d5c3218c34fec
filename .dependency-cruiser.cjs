/** Boundaries of the code base (see docs/adr and the repository map in README.md). */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'types may refer to each other',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'containers-import-no-lambdas',
      severity: 'error',
      from: { path: '^containers/' },
      to: { path: '^lambdas/' },
    },
    {
      name: 'lambdas-import-no-containers',
      severity: 'error',
      from: { path: '^lambdas/' },
      to: { path: '^containers/' },
    },
    {
      name: 'containers-do-not-import-each-other',
      severity: 'error',
      from: { path: '^containers/([^/]+)/' },
      to: { path: '^containers/', pathNot: '^containers/$1/' },
    },
    {
      name: 'lambda-groups-do-not-import-each-other',
      severity: 'error',
      from: { path: '^lambdas/([^/]+)/' },
      to: { path: '^lambdas/', pathNot: ['^lambdas/$1/', '^lambdas/shared/'] },
    },
    {
      name: 'shared-lambda-code-imports-no-function',
      severity: 'error',
      from: { path: '^lambdas/shared/' },
      to: { path: '^lambdas/(?!shared/)' },
    },
    {
      name: 'a-use-case-imports-no-sdk',
      comment: 'handler.ts wires, deps.ts builds clients; everything else in a function is pure',
      severity: 'error',
      from: {
        path: '^lambdas/(?!shared/)',
        pathNot: '(handler|deps|test|adapters?)\\.ts$|\\.test\\.ts$|\\.adapter\\.ts$',
      },
      to: { path: 'node_modules/(@aws-sdk|pg|ioredis|@opensearch-project)/' },
    },
    {
      name: 'the-local-cloud-imports-no-product-code',
      severity: 'error',
      from: { path: '^infrastructure/local/' },
      to: { path: '^(containers|lambdas|frontend)/' },
    },
    {
      name: 'product-code-does-not-know-the-local-cloud',
      severity: 'error',
      from: { path: '^(containers|lambdas|frontend|events|packages)/' },
      to: { path: '^infrastructure/local/' },
    },
    {
      name: 'packages-import-only-packages-and-events',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(containers|lambdas|frontend|infrastructure|scripts)/' },
    },
    {
      name: 'frontend-features-do-not-import-each-other',
      severity: 'error',
      from: { path: '^frontend/src/features/([^/]+)/' },
      to: { path: '^frontend/src/features/', pathNot: '^frontend/src/features/$1/' },
    },
    {
      name: 'frontend-imports-only-itself-packages-and-events',
      severity: 'error',
      from: { path: '^frontend/' },
      to: { path: '^(containers|lambdas|infrastructure|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.local)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
