import { Pool, type PoolClient } from '@yorozu/postgres';
import { faultOf, isUnavailable } from '@yorozu/service-kit/unavailable';
import pg from 'pg';
import * as z from 'zod';
import { DomainError, TransientError } from '../errors';
import { SecretInvalid, type SecretReader } from './keys';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
}

export interface UserReader {
  /** With the hash, absent for an account without password. By address, whatever its case. */
  findByEmail(email: string): Promise<{ user: User; passwordHash?: string } | undefined>;
  findById(id: string): Promise<User | undefined>;
}

const credentials = z.object({
  username: z.string(),
  password: z.string(),
  host: z.string(),
  port: z.coerce.number(),
  dbname: z.string(),
  /** `require` on AWS, where the proxy insists on TLS. */
  sslmode: z.enum(['disable', 'require']).default('disable'),
});

/** Milliseconds, attempt by attempt: with a connection to be had beside them they fit into a function's 10 s. */
const patience = [1_000, 1_000, 3_000];

/** The credentials or the database are no longer what they were: classes 28 and 3D of SQLSTATE. */
const credentialsRefused = /^(28|3D)/;

/**
 * Connections of one container: a container serves one request at a time, so one is enough and RDS Proxy shares the
 * rest. The credentials are read when the first query comes, and again after the database could not be reached with them.
 */
export class Database {
  private pool: Promise<Pool> | undefined;

  constructor(
    private readonly secretId: string,
    private readonly secrets: SecretReader,
  ) {}

  /**
   * Runs `work` on a connection, and again on another when that one is lost: a container that was frozen for a while
   * wakes up with a dead one. Throws {@link TransientError} when the database cannot be reached or does not answer.
   */
  async read<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const opening = (this.pool ??= this.open());
    opening.catch(() => this.forget(opening));
    try {
      return await (await opening).repeat(work);
    } catch (error) {
      if (error instanceof DomainError) throw error;
      const refused = error instanceof pg.DatabaseError && credentialsRefused.test(error.code ?? '');
      if (!refused && !isUnavailable(error)) throw error;
      if (refused || faultOf(error) === 'away') this.forget(opening);
      throw new TransientError('DATABASE_UNREACHABLE', 'The database cannot be reached', { cause: error });
    }
  }

  /** Like {@link read} in a transaction. Where the answer to its commit is lost it runs again, and must find what it did. */
  write(work: (client: PoolClient) => Promise<void>): Promise<void> {
    return this.read(async (client) => {
      await client.query('BEGIN');
      try {
        await work(client);
        await client.query('COMMIT');
      } catch (error) {
        if (faultOf(error) !== 'lost') await client.query('ROLLBACK');
        throw error;
      }
    });
  }

  private forget(pool: Promise<Pool>): void {
    if (this.pool !== pool) return;
    this.pool = undefined;
    pool.then((opened) => opened.end()).catch(() => undefined);
  }

  private async open(): Promise<Pool> {
    const parsed = credentials.safeParse(JSON.parse(await this.secrets.read(this.secretId)));
    if (!parsed.success) throw new SecretInvalid(this.secretId, z.prettifyError(parsed.error));
    const { username: user, dbname: database, sslmode, ...rest } = parsed.data;
    return new Pool({
      ...rest,
      user,
      database,
      ssl: sslmode === 'require' ? { rejectUnauthorized: true } : false,
      application_name: 'lambda',
      max: 1,
      idleTimeoutMillis: 60_000,
      allowExitOnIdle: true,
      // RDS Proxy shares sessions, which it cannot when they have settings of their own.
      statement_timeout: false,
      idle_in_transaction_session_timeout: undefined,
      patience,
      onLost: () => undefined,
    });
  }
}

const columns = `u.id, u.email, u.name, u.password_hash,
  coalesce(array_agg(r.role ORDER BY r.role) FILTER (WHERE r.role IS NOT NULL), '{}') AS roles`;

interface UserRow {
  id: string;
  email: string;
  name: string;
  password_hash: string | null;
  roles: string[];
}

export class PostgresUsers implements UserReader {
  constructor(protected readonly database: Database) {}

  async findByEmail(email: string): Promise<{ user: User; passwordHash?: string } | undefined> {
    const row = await this.find('lower(u.email) = lower($1)', email);
    return (
      row && { user: toUser(row), ...(row.password_hash === null ? {} : { passwordHash: row.password_hash }) }
    );
  }

  async findById(id: string): Promise<User | undefined> {
    const row = await this.find('u.id = $1', id);
    return row && toUser(row);
  }

  private find(condition: string, value: string): Promise<UserRow | undefined> {
    return this.database.read(async (client) => {
      const text = `SELECT ${columns} FROM users u LEFT JOIN user_roles r ON r.user_id = u.id WHERE ${condition} GROUP BY u.id`;
      const { rows } = await client.query<UserRow>(text, [value]);
      return rows[0];
    });
  }
}

function toUser({ id, email, name, roles }: UserRow): User {
  return { id, email, name, roles };
}
