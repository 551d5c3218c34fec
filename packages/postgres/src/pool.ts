import { faultOf } from '@yorozu/service-kit/unavailable';
import pg from 'pg';
import { withPatience } from './patience';

export type PoolClient = pg.PoolClient;

export interface Queryable {
  query<R extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>>;
}

export interface PoolOptions extends Omit<pg.PoolConfig, 'onConnect'> {
  readonly application_name: string;
  /** Prepares a new connection before it is used. */
  readonly onConnect?: (client: pg.ClientBase) => Promise<void>;
  /** Hears of every connection that broke. */
  readonly onLost: (error: Error) => void;
  /**
   * Milliseconds a statement may stay unanswered, attempt by attempt. Short at first, since a silent connection is
   * likelier than a slow answer; the last one waits for a server that is really slow.
   */
  readonly patience?: readonly number[];
}

/** After so many silent connections in a row all that were open by then are taken for dead: a failover, a lost network. */
export const trusting = 2;

/** Longest for one statement of a transaction, and for what nobody waits for any more, in milliseconds. */
const statementMs = 5_000;

const settings: pg.PoolConfig = {
  connectionTimeoutMillis: 3_000,
  idleTimeoutMillis: 30_000,
  query_timeout: statementMs + 1_000,
  statement_timeout: statementMs,
  // The server ends the transaction, and frees the locks, of a client that went without telling.
  idle_in_transaction_session_timeout: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

/** How long connections may take to close properly. */
const goodbyeMs = 1_000;

/** Connections to Postgres, none of which is trusted to answer. */
export class Pool implements Queryable {
  private readonly pool: pg.Pool;
  /** When each open connection was opened, in epoch milliseconds. */
  private readonly clients = new Map<PoolClient, number>();
  private readonly patience: readonly number[];

  constructor({ onLost, patience = [1_000, 1_000, statementMs], ...config }: PoolOptions) {
    this.patience = patience;
    this.pool = new pg.Pool({ ...settings, ...config });
    // An idle connection tells the pool that it broke, one in use its own listeners; unheard, either would end the process.
    this.pool.on('error', onLost);
    this.pool.on('connect', (client) => {
      client.on('error', onLost);
      this.clients.set(client, Date.now());
      client.once('end', () => this.clients.delete(client));
    });
  }

  /**
   * Sends one statement that stands for itself. Given up when its connection breaks or stays silent, it is sent again on
   * another: **whatever must not run twice belongs into a transaction**.
   */
  async query<R extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>> {
    const config = typeof statement === 'string' ? { text: statement, ...(values && { values }) } : statement;
    return this.repeat((client) => client.query<R>(config));
  }

  /**
   * Runs `work` on a connection, and again on another when that one is lost: for what may be done twice. Connections that
   * cannot be had at all are not tried again.
   */
  async repeat<T>(
    work: (client: PoolClient) => Promise<T>,
    patience: readonly number[] = this.patience,
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const client = await this.connect(attempt >= trusting);
      try {
        const result = await withPatience(client, patience[attempt] ?? statementMs, () => work(client));
        client.release();
        return result;
      } catch (error) {
        const lost = faultOf(error) === 'lost';
        client.release(lost);
        if (!lost || attempt + 1 >= patience.length) throw error;
      }
    }
  }

  /**
   * A connection for a transaction: see `begin` and `inTransaction`. A `fresh` one was opened just now; those that lie
   * idle are closed.
   */
  async connect(fresh = false): Promise<PoolClient> {
    const since = Date.now();
    for (;;) {
      const client = await this.pool.connect();
      if (!fresh || (this.clients.get(client) ?? since) >= since) return client;
      client.connection.stream.destroy();
      client.release(true);
    }
  }

  /** For health checks: rejects when a statement finds no connection that answers, or the pool cannot grow when it must. */
  async check(): Promise<void> {
    const canGrow = this.pool.totalCount < this.pool.options.max;
    await Promise.all([this.query('select 1'), canGrow ? this.tryNewConnection() : undefined]);
  }

  /** Opens a connection beside the pool's and closes it: whether Postgres takes new ones. */
  private async tryNewConnection(): Promise<void> {
    const client = new pg.Client(this.pool.options);
    client.on('error', () => undefined);
    try {
      await client.connect();
    } finally {
      client.end().catch(() => undefined);
    }
  }

  /** Closes every connection, after a moment also those whose server does not close its side. */
  async end(): Promise<void> {
    const cut = setTimeout(() => {
      for (const client of this.clients.keys()) client.connection.stream.destroy();
    }, goodbyeMs);
    await this.pool.end().finally(() => clearTimeout(cut));
  }
}
