import { setTimeout as pause } from 'node:timers/promises';
import { stopBackends, type Stopped } from '../../lib/stopped';
import type { Phase } from '../phase';

const applications = ['core-api', 'stock-service writer', 'stock-service publisher', 'lambda'];

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
    const stopped: Stopped[] = [];
    try {
      // Again and again, since only connections that lie idle at that moment are stopped.
      for (let round = 0; round < 4; round += 1) {
        stopped.push(...(await Promise.all(applications.map((name) => stopBackends(postgres, name)))));
        await pause(700);
      }
      say(`stopped ${new Set(stopped.flatMap(({ pids }) => pids)).size} backends`);
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
