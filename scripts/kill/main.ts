/**
 * `npm run test:kill`: buyers order all the time while one thing after the other is done to the shop (phases/), and then
 * nothing may be lost, sold twice, paid twice, left in the middle or shown to others, and what is shown must be what is
 * (invariants I1-I7). Takes about seven minutes.
 *   npm run test:kill -- --buyers 8 --phases killed,diskFull
 */
import { parseArgs } from 'node:util';
import { buildServices } from '../lib/build-services';
import { ShopAdmin } from '../lib/shop-client';
import { loadDemoData } from '../seed/load';
import { Stack } from '../start/stack';
import { LocalState } from '../start/state';
import { Buyers } from './buyers';
import { Clerk } from './clerk';
import { makeDisk } from './disk';
import { cloudFiveTimes } from './phases/cloud-five-times';
import { diskFull } from './phases/disk-full';
import { killed } from './phases/killed';
import { stoppedPostgres } from './phases/stopped-postgres';
import { stoppedRedis } from './phases/stopped-redis';
import { rehearse } from './rehearse';

// What waits longest to come back comes first: see rehearse.ts.
const phases = { cloudFiveTimes, killed, diskFull, stoppedPostgres, stoppedRedis };

const { values } = parseArgs({
  options: {
    buyers: { type: 'string', default: '8' },
    phases: { type: 'string', default: Object.keys(phases).join() },
  },
});
const chosen = values.phases.split(',').map((name) => {
  const phase = Object.entries(phases).find(([known]) => known === name)?.[1];
  if (!phase) throw new Error(`There is no phase ${name}; there are ${Object.keys(phases).join(', ')}`);
  return phase;
});

const startedAt = Date.now();
const say = (line: string): void =>
  console.log(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}`);

const disk = makeDisk();
const state = new LocalState(disk.data);
state.prepare();
const stack = await Stack.create({
  state,
  storefront: false,
  ports: { gateway: 0, coreApi: 0, stockService: 0, aws: 0, opensearch: 0 },
  onEvent: (event) => {
    if (event.kind === 'started' && event.restart) say(`    ${event.name} is back after ${event.ms} ms`);
    if (event.kind === 'ended') say(`    ${event.name} ended: ${event.how}`);
    if (event.kind === 'start-failed')
      say(`    ${event.name} did not start: ${event.error.message.split('\n')[0]}`);
  },
});

let violations = ['the rehearsal did not end'];
try {
  await Promise.all([stack.startStores(), buildServices()]);
  await stack.migrate();
  await loadDemoData(stack.endpoints, { onlyIfEmpty: true, log: () => undefined });
  await stack.startServices();
  const { gateway } = stack.endpoints;
  const admin = await ShopAdmin.login(gateway);
  const products = await Promise.all(
    Array.from({ length: 6 }, (_, index) => admin.product(index === 0 ? 15 : 400)),
  );
  const buyers = await Buyers.register(gateway, Number(values.buyers), products);
  const clerk = new Clerk(admin, products);
  violations = await rehearse(chosen, { stack, buyers, smallDisk: disk.small, say }, clerk);
} finally {
  await stack.stop();
  if (violations.length > 0) console.log(`Data and logs: ${disk.data}`);
  else disk.remove();
}
for (const violation of violations.slice(0, 40)) console.log(`VIOLATED ${violation}`);
console.log(violations.length === 0 ? 'I1-I7 hold' : `${violations.length} violations`);
process.exit(violations.length === 0 ? 0 : 1);
