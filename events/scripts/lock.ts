/**
 * Publishes the schemas as they are (events/schemas.lock.json). Refuses changes that break consumers.
 *   tsx events/scripts/lock.ts [--retire OrderCreated@1]   also forgets a version that the archive no longer holds
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { breakingChanges, lockFile, readLock, writeLock } from './compatibility';
import { readOlderSchemas, readSchemas } from './schemas';

const { values } = parseArgs({ options: { retire: { type: 'string' } } });
const schemas = [...readSchemas(), ...readOlderSchemas()];
const published = existsSync(lockFile) ? Object.entries(readLock()) : [];
const wanted = Object.fromEntries(published.filter(([key]) => key !== values.retire));
const changes = breakingChanges(wanted, schemas);
if (changes.length > 0) {
  console.error(
    `These changes break consumers; raise the major x-version or keep the member:\n  ${changes.join('\n  ')}`,
  );
  process.exitCode = 1;
} else {
  writeLock(schemas);
}
