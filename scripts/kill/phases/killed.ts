import { setTimeout as pause } from 'node:timers/promises';
import type { Phase, Stage } from '../phase';

const victims = ['core-api', 'cloud', 'stock-service', 'postgres', 'redis'];
const backWithinMs = 60_000;

/** Kills a process and waits until its successor answers. */
export async function killAndAwait({ stack, say }: Stage, name: string): Promise<boolean> {
  const victim = stack.process(name);
  const { pid } = victim;
  say(`kill -9 ${name}`);
  victim.kill('SIGKILL');
  for (const deadline = Date.now() + backWithinMs; Date.now() < deadline; await pause(20))
    if (victim.pid !== undefined && victim.pid !== pid) return true;
  return false;
}

/** Each process twice, in turn. */
export const killed: Phase = {
  name: 'every process is killed',
  killsRedis: true,
  run: async (stage) => {
    const violations: string[] = [];
    for (const name of [...victims, ...victims]) {
      if (!(await killAndAwait(stage, name))) violations.push(`${name} did not come back`);
      if (!(await stage.buyers.untilMore(8, 60_000))) violations.push(`no orders after ${name} was killed`);
    }
    return violations;
  },
};
