import { checkInvariants } from '../lib/invariants';
import { projectionsAgree, ProjectionWatch } from '../lib/projections';
import type { Clerk } from './clerk';
import type { Phase, Stage } from './phase';

/** I7: what is shown is current so long after the last change, which is the end of the last order. */
const currentMs = 10_000;

/** Runs the phases one after the other under load and checks the invariants. Answers what is violated, in words. */
export async function rehearse(phases: readonly Phase[], stage: Stage, clerk: Clerk): Promise<string[]> {
  const { stack, buyers, say } = stage;
  const violations: string[] = [];
  buyers.start();
  clerk.start();
  for (const phase of phases) {
    say(phase.name);
    const watch = new ProjectionWatch(stack.endpoints);
    watch.start();
    violations.push(...(await phase.run(stage)));
    const wentBack = await watch.stop();
    violations.push(...wentBack.filter((line) => !(phase.killsRedis && line.startsWith('I7: Redis'))));
  }
  await Promise.all([buyers.stop(), clerk.stop()]);
  say(`${buyers.accepted.size} orders accepted; waiting for the end of all`);
  say(`ended as ${JSON.stringify(await buyers.settle(300_000))}`);

  const stopped = Date.now();
  violations.push(...(await projectionsAgree(stack.endpoints, { withinMs: currentMs })));
  say(`search, Redis and caches looked at for ${Date.now() - stopped} ms`);
  violations.push(...(await checkInvariants(stack.endpoints, [...buyers.accepted.keys()])));
  say(`${buyers.checkedOut} carts bought`);
  violations.push(...buyers.leftInCarts, ...(await buyers.othersCannotSee()));
  return violations;
}
