import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';

/** SQL files beside the sources and beside the bundle: src/migrations.ts and dist/migrate.js are both one level deep. */
const migrationsDirectory = join(dirname(fileURLToPath(import.meta.url)), '..', 'migrations');

/**
 * Brings the database to the current schema and returns the names of the migrations that were applied. Safe to run
 * from several processes at once: an advisory lock lets one through, the others wait for it.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const applied = await runner({
    databaseUrl,
    dir: migrationsDirectory,
    direction: 'up',
    migrationsTable: 'schema_migrations',
    count: Infinity,
    advisoryLockMode: 'wait',
    logger: { debug: () => {}, info: () => {}, warn: console.warn, error: console.error },
  });
  return applied.map((migration) => migration.name);
}
