import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startTestPostgres } from '../../../scripts/lib/postgres';
import { Database } from '../auth/users';

const migrations = join(__dirname, '../../../containers/core-api/migrations');

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Runs a statement beside the database under test. */
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  stop(): Promise<void>;
}

/** A real Postgres with the shop's tables, found by its credentials as a function finds it. */
export async function startDatabase(): Promise<TestDatabase> {
  const postgres = await startTestPostgres();
  const operator = new pg.Client({ connectionString: postgres.url });
  operator.on('error', () => undefined);
  await operator.connect();
  for (const file of readdirSync(migrations).sort()) {
    const [up = ''] = readFileSync(join(migrations, file), 'utf8').split('-- Down Migration');
    await operator.query(up);
  }
  return {
    url: postgres.url,
    database: databaseAt(postgres.url),
    query: (text, values) => operator.query(text, values),
    stop: async () => {
      await operator.end();
      await postgres.stop();
    },
  };
}

export function databaseAt(address: string): Database {
  const { username, password, hostname: host, port, pathname } = new URL(address);
  const secret = JSON.stringify({ username, password, host, port, dbname: pathname.slice(1) });
  return new Database('credentials', { read: async () => secret });
}
