import { setTimeout as pause } from 'node:timers/promises';
import type { Phase } from '../phase';
import { killAndAwait } from './killed';

/** What a message that was in flight has waited for may be killed again when it comes back. */
export const cloudFiveTimes: Phase = {
  name: 'the cloud is killed five times in a minute',
  run: async (stage) => {
    const violations: string[] = [];
    const started = Date.now();
    for (let time = 0; time < 5; time += 1) {
      await pause(Math.max(0, started + time * 12_000 - Date.now()));
      if (!(await killAndAwait(stage, 'cloud'))) violations.push('the cloud did not come back');
    }
    return violations;
  },
};
