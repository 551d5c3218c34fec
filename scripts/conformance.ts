/**
 * `npm run conformance`: the AWS semantics the shop relies on, spoken with AWS SDK calls only. Without
 * AWS_ENDPOINT_URL it starts the local cloud; with it, it is held against that endpoint (LocalStack, MiniStack, AWS).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const args = [
  '--selectProjects=node',
  '--runInBand',
  '--verbose',
  '--testPathPatterns=infrastructure/local/conformance',
  ...process.argv.slice(2),
];
const { status } = spawnSync(join(root, 'node_modules/.bin/jest'), args, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
