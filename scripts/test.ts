/**
 * `npm test`: every test of the workspace, then one line that sums them up.
 *   1. unit and integration tests (Jest projects node and browser; real Postgres, Redis and local cloud)
 *   2. end-to-end tests against the whole shop, through the gateway and in Chromium (Jest project e2e)
 * Arguments go to Jest: `npm test -- orders` runs the files whose path contains "orders".
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisServerProgram } from './lib/redis';
import { chromiumProgram } from './lib/chromium';

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly success: boolean;
}

const root = join(import.meta.dirname, '..');
const directory = mkdtempSync(join(tmpdir(), 'yorozu-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };

function jest(name: string, ...args: string[]): void {
  const output = join(directory, `${name}.json`);
  const filters = process.argv.slice(2);
  const { status } = spawnSync(
    join(root, 'node_modules/.bin/jest'),
    [
      ...args,
      '--json',
      `--outputFile=${output}`,
      ...(filters.length > 0
        ? ['--passWithNoTests', ...filters.map((filter) => `--testPathPatterns=${filter}`)]
        : []),
    ],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, FORCE_COLOR: process.stderr.isTTY ? '1' : '0' },
    },
  );
  try {
    const result = JSON.parse(readFileSync(output, 'utf8')) as JestResult;
    totals.passed += result.numPassedTests;
    // A file that could not even be loaded counts as one failure.
    totals.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    totals.skipped += result.numPendingTests + result.numTodoTests;
    if (!result.success && result.numFailedTests + result.numRuntimeErrorTestSuites === 0) totals.failed += 1;
  } catch {
    console.error(`Jest (${name}) ended with ${status} before it could report`);
    totals.failed += 1;
  }
}

redisServerProgram();
chromiumProgram();
jest('unit', '--selectProjects=node', '--selectProjects=browser');
jest('e2e', '--selectProjects=e2e', '--runInBand');
rmSync(directory, { recursive: true });
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
