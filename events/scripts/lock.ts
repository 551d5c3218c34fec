/** Publishes the schemas as they are (events/schemas.lock.json). Refuses changes that break consumers. */
import { existsSync } from 'node:fs';
import { breakingChanges, lockFile, readLock, writeLock } from './compatibility';
import { readSchemas } from './schemas';

const schemas = readSchemas();
const changes = existsSync(lockFile) ? breakingChanges(readLock(), schemas) : [];
if (changes.length > 0) {
  console.error(
    `These changes break consumers; raise the major x-version or keep the member:\n  ${changes.join('\n  ')}`,
  );
  process.exitCode = 1;
} else {
  writeLock(schemas);
}
