import type { FastifyInstance } from 'fastify';

export interface HealthChecks {
  /** Rejects when stock cannot be changed. */
  readonly database: () => Promise<void>;
  /** Rejects when availabilities cannot be published; reservations work all the same. */
  readonly liveStock: () => Promise<void>;
}

interface CheckResult {
  readonly status: 'up' | 'down';
  readonly error?: string;
}

const checkTimeoutMs = 2_000;

/** `/health/live`: the process serves. `/health/ready`: it can do its work; Redis away means degraded, not unready. */
export function registerHealth(app: FastifyInstance, checks: HealthChecks): void {
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const [database, liveStock] = await Promise.all([probe(checks.database), probe(checks.liveStock)]);
    const status =
      database.status === 'down' ? 'unready' : liveStock.status === 'down' ? 'degraded' : 'ready';
    return reply
      .code(status === 'unready' ? 503 : 200)
      .send({ status, checks: { postgres: database, redis: liveStock } });
  });
}

async function probe(check: () => Promise<void>): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${checkTimeoutMs} ms`)), checkTimeoutMs);
  });
  try {
    await Promise.race([check(), late]);
    return { status: 'up' };
  } catch (error) {
    return { status: 'down', error: error instanceof Error ? error.message || error.name : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
