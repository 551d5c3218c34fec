import { setTimeout as pause } from 'node:timers/promises';
import { stopBackends } from '../../lib/stopped';
import type { Phase } from '../phase';

/** How long one order may take while it meets two silent connections, in milliseconds, and one after them. */
const mostFirst = 4_000;
const mostLater = 2_000;

/** Connections that stay open and say nothing, of everything that has connections. */
export const stoppedPostgres: Phase = {
  name: 'database connections fall silent',
  run: async ({ stack, buyers, say }) => {
    const { postgres, coreApi, stockService } = stack.endpoints;
    const violations: string[] = [];
    const at = Date.now();
    const stopped = await Promise.all([
      stopBackends(postgres, 'core-api'),
      stopBackends(postgres, 'stock-service writer', 1),
      stopBackends(postgres, 'stock-service publisher', 1),
      stopBackends(postgres, 'lambda', 1),
    ]);
    try {
      say(`stopped ${stopped.flatMap(({ pids }) => pids).length} backends`);
      if (!(await buyers.untilMore(8, 20_000))) violations.push('no orders beside silent connections');
      const first = buyers.slowestSince(at);
      const later = Date.now();
      await pause(5_000);
      const then = buyers.slowestSince(later);
      say(`slowest order ${first} ms, later ${then} ms`);
      if (first > mostFirst) violations.push(`an order took ${first} ms beside silent connections`);
      if (then > mostLater) violations.push(`an order took ${then} ms after they were given up`);
      for (const url of [coreApi, stockService]) {
        const { status } = await fetch(`${url}/health/ready`);
        if (status !== 200) violations.push(`${url}/health/ready is ${status} though orders are accepted`);
      }
    } finally {
      for (const backends of stopped) backends.resume();
    }
    return violations;
  },
};
