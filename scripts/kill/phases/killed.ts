import { setTimeout as pause } from 'node:timers/promises';
import { ShopClient } from '../../lib/shop-client';
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

/** A visitor whose browser renews the session again and again while `fault` lasts is signed in afterwards. */
async function keepsVisitors({ stack }: Stage, fault: () => Promise<boolean>): Promise<string[]> {
  const visitor = await ShopClient.register(stack.endpoints.gateway);
  const renew = async () =>
    (await visitor.send('POST', '/api/auth/refresh').catch(() => ({ status: 0 }))).status;
  let over = false;
  const meanwhile = (async () => {
    const statuses = new Set<number>();
    for (; !over; await pause(100)) statuses.add(await renew());
    return statuses;
  })();
  const isBack = await fault();
  over = true;
  const statuses = [...(await meanwhile), await renew()];
  const wrong = statuses.filter((status) => status !== 200 && status !== 503);
  if (!isBack || statuses.at(-1) !== 200) wrong.push(statuses.at(-1) ?? 0);
  return wrong.map((status) => `a visitor's refresh was answered ${status} beside a killed database`);
}

/** Each process twice, in turn. */
export const killed: Phase = {
  name: 'every process is killed',
  killsRedis: true,
  run: async (stage) => {
    const violations: string[] = [];
    for (const name of [...victims, ...victims]) {
      const kill = () => killAndAwait(stage, name);
      if (name === 'postgres') violations.push(...(await keepsVisitors(stage, kill)));
      else if (!(await kill())) violations.push(`${name} did not come back`);
      if (!(await stage.buyers.untilMore(8, 60_000))) violations.push(`no orders after ${name} was killed`);
    }
    return violations;
  },
};
