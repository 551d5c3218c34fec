/** `scripts/seed-data.sh`: loads the demo data into the running shop (`.local/endpoints.json`) once more. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoints } from '../start/state';
import { loadDemoData } from './load';

const file = join(import.meta.dirname, '../../.local/endpoints.json');
let endpoints: Endpoints;
try {
  endpoints = JSON.parse(readFileSync(file, 'utf8')) as Endpoints;
} catch {
  console.error('The shop is not running: start it with `npm start` first.');
  process.exit(1);
}
await loadDemoData(endpoints, { onlyIfEmpty: false, log: (line) => console.log(line) });
