import type { FastifyInstance } from 'fastify';
import { Readiness, type Check } from '@yorozu/service-kit/readiness';

export type HealthChecks = Readonly<Record<string, Check>>;

/** `/health/live`: the process serves. `/health/ready`: it can do its work, or 503 with the names of what fails. */
export function registerHealth(app: FastifyInstance, checks: HealthChecks): void {
  const readiness = new Readiness(checks);
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const report = await readiness.report();
    void reply.header('cache-control', 'no-store');
    if (report.status === 'unready') void reply.code(503).header('retry-after', '1');
    return report;
  });
}
