import { setTimeout as pause } from 'node:timers/promises';
import { stopRedis } from '../../lib/stopped';
import type { Phase } from '../phase';

const mostMs = 3_000;

export const stoppedRedis: Phase = {
  name: 'Redis falls silent',
  run: async ({ stack, buyers, say }) => {
    const violations: string[] = [];
    const at = Date.now();
    const stopped = await stopRedis(stack.endpoints.redis);
    try {
      await pause(8_000);
      if (!(await buyers.untilMore(8, 20_000))) violations.push('no orders beside a silent Redis');
      const slowest = buyers.slowestSince(at);
      say(`slowest order ${slowest} ms`);
      if (slowest > mostMs) violations.push(`an order took ${slowest} ms beside a silent Redis`);
    } finally {
      stopped.resume();
    }
    return violations;
  },
};
