import pg from 'pg';
import * as z from 'zod';
import { TransientError } from '../errors';
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

/**
 * Connections of one container: a container serves one request at a time, so one is enough and RDS Proxy shares the
 * rest. The credentials are read when the first query comes.
 */
export class Database {
  private pool: Promise<pg.Pool> | undefined;

  constructor(
    private readonly secretId: string,
    private readonly secrets: SecretReader,
  ) {}

  /** Runs `work` on a connection. Throws {@link TransientError} when the database cannot be reached. */
  async run<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect();
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      broken = !(error instanceof pg.DatabaseError);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async connect(): Promise<pg.PoolClient> {
    this.pool ??= this.open();
    try {
      return await (await this.pool).connect();
    } catch (error) {
      this.pool = undefined;
      if (error instanceof SecretInvalid) throw error;
      throw new TransientError('DATABASE_UNREACHABLE', 'The database cannot be reached', { cause: error });
    }
  }

  private async open(): Promise<pg.Pool> {
    const parsed = credentials.safeParse(JSON.parse(await this.secrets.read(this.secretId)));
    if (!parsed.success) throw new SecretInvalid(this.secretId, z.prettifyError(parsed.error));
    const { username: user, dbname: database, sslmode, ...rest } = parsed.data;
    const pool = new pg.Pool({
      ...rest,
      user,
      database,
      ssl: sslmode === 'require' ? { rejectUnauthorized: true } : false,
      max: 1,
      connectionTimeoutMillis: 3_000,
      query_timeout: 5_000,
      idleTimeoutMillis: 60_000,
      allowExitOnIdle: true,
    });
    // An idle connection may be cut by the server; the next request opens another.
    pool.on('error', () => undefined);
    return pool;
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
    return this.database.run(async (client) => {
      const text = `SELECT ${columns} FROM users u LEFT JOIN user_roles r ON r.user_id = u.id WHERE ${condition} GROUP BY u.id`;
      const { rows } = await client.query<UserRow>(text, [value]);
      return rows[0];
    });
  }
}

function toUser({ id, email, name, roles }: UserRow): User {
  return { id, email, name, roles };
}
