/** `npm run build`: the services' bundles and the storefront. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildServices } from './lib/build-services';

const frontend = join(import.meta.dirname, '../frontend');

await buildServices();
const vite = spawnSync(join(frontend, 'node_modules/.bin/vite'), ['build'], {
  cwd: frontend,
  stdio: 'inherit',
});
process.exitCode = vite.status ?? 1;
