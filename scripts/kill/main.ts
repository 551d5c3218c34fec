/**
 * `npm run test:kill`: places orders while each process in turn is killed with SIGKILL and comes back, and then checks
 * that nothing was lost, sold twice, paid twice or left in the middle (invariants I1-I6).
 *   npm run test:kill -- --orders 300 --buyers 12
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildServices } from '../lib/build-services';
import { checkInvariants } from '../lib/invariants';
import { ShopAdmin, ShopClient } from '../lib/shop-client';
import { loadDemoData } from '../seed/load';
import { Stack } from '../start/stack';
import { LocalState } from '../start/state';

const victims = ['core-api', 'cloud', 'stock-service', 'postgres', 'redis'];
const tokens = [
  'tok_visa',
  'tok_visa',
  'tok_visa',
  'tok_visa',
  'tok_chargeDeclined',
  'tok_timeout',
  'tok_deductFails',
];

class Refused extends Error {}

const { values } = parseArgs({
  options: { orders: { type: 'string', default: '300' }, buyers: { type: 'string', default: '12' } },
});
const wanted = Number(values.orders);

const directory = mkdtempSync(join(tmpdir(), 'yorozu-kill-'));
chmodSync(directory, 0o755);
const state = new LocalState(directory);
state.prepare();
const stack = await Stack.create({
  state,
  storefront: false,
  ports: { gateway: 0, coreApi: 0, stockService: 0, aws: 0, opensearch: 0 },
  onEvent: (event) => {
    if (event.kind !== 'started' || event.restart)
      console.log(`  ${event.name}: ${event.kind === 'started' ? `back after ${event.ms} ms` : event.kind}`);
  },
});

let failed = true;
try {
  await Promise.all([stack.startStores(), buildServices()]);
  await stack.migrate();
  await loadDemoData(stack.endpoints, { onlyIfEmpty: true, log: () => undefined });
  await stack.startServices();
  failed = !(await rehearse());
} finally {
  await stack.stop();
  if (failed) console.log(`Data and logs: ${directory}`);
  else state.reset();
}
process.exit(failed ? 1 : 0);

async function rehearse(): Promise<boolean> {
  const { gateway } = stack.endpoints;
  const admin = await ShopAdmin.login(gateway);
  const products = await Promise.all(
    Array.from({ length: 6 }, (_, index) => admin.product(index === 0 ? 15 : 200)),
  );
  const buyers = await Promise.all(
    Array.from({ length: Number(values.buyers) }, () => ShopClient.register(gateway)),
  );
  const accepted = new Map<string, ShopClient>();
  const startedAt = Date.now();
  let placed = 0;

  const buyer = async (client: ShopClient): Promise<void> => {
    while (placed < wanted) {
      const number = placed++;
      accepted.set(await placeUntilAccepted(client, products, number), client);
      // Slow enough that orders are under way at every kill.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };
  const killing = new AbortController();
  const chaos = killInTurn(killing.signal, () => accepted.size);
  await Promise.all(buyers.map(buyer));
  const kills = await chaos.finish();
  killing.abort();
  console.log(
    `${accepted.size} orders accepted in ${((Date.now() - startedAt) / 1000).toFixed(1)} s, kills: ${JSON.stringify(kills)}`,
  );

  const statuses = await settleAll(accepted);
  console.log(`ended as ${JSON.stringify(statuses)} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  const violations = await checkInvariants(stack.endpoints, [...accepted.keys()]);
  violations.push(...(await othersCannotSee(accepted, buyers)));
  for (const violation of violations.slice(0, 40)) console.log(`VIOLATED ${violation}`);
  const ok =
    violations.length === 0 &&
    accepted.size === wanted &&
    victims.every((victim) => (kills[victim] ?? 0) > 0);
  console.log(ok ? 'I1-I6 hold' : `${violations.length} violations`);
  return ok;
}

/** As a shopper's browser does: the same idempotency key until there is an answer. */
async function placeUntilAccepted(
  client: ShopClient,
  products: readonly string[],
  number: number,
): Promise<string> {
  const key = randomUUID();
  const productId = products[number % products.length] as string;
  const token = tokens[number % tokens.length] as string;
  for (let attempt = 0; attempt < 600; attempt += 1) {
    try {
      const answer = await client.placeOrder([{ productId, quantity: 1 + (number % 2) }], { token, key });
      if (answer.status === 202) return answer.body.orderId;
      if (answer.status < 500 && answer.status !== 429) throw new Refused(JSON.stringify(answer.body));
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('an order was not accepted within a minute');
}

/** Kills each process once for every sixth of the orders, always waiting until the last victim is back. */
function killInTurn(
  signal: AbortSignal,
  progress: () => number,
): { finish(): Promise<Record<string, number>> } {
  const kills: Record<string, number> = {};
  const run = async (): Promise<void> => {
    for (let round = 0; round < victims.length * 2 && !signal.aborted; round += 1) {
      const due = (wanted * (round + 1)) / (victims.length * 2 + 1);
      while (progress() < due && progress() < wanted) await new Promise((resolve) => setTimeout(resolve, 20));
      const victim = stack.process(victims[round % victims.length] as string);
      while (victim.pid === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
      const pid = victim.pid;
      console.log(`killing ${victim.name} at ${progress()} orders`);
      victim.kill('SIGKILL');
      kills[victim.name] = (kills[victim.name] ?? 0) + 1;
      while (victim.pid === undefined || victim.pid === pid)
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const running = run();
  return {
    finish: async () => {
      await running;
      return kills;
    },
  };
}

async function settleAll(accepted: ReadonlyMap<string, ShopClient>): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const deadline = Date.now() + 300_000;
  for (const [orderId, client] of accepted) {
    let status = 'unknown';
    while (Date.now() < deadline) {
      const order = await client.order(orderId).catch(() => undefined);
      status = order?.status ?? status;
      if (['completed', 'failed', 'cancelled'].includes(status)) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

/** I6, from the outside: another shopper's token does not open an order. */
async function othersCannotSee(
  accepted: ReadonlyMap<string, ShopClient>,
  buyers: readonly ShopClient[],
): Promise<string[]> {
  const sample = [...accepted].slice(0, 20);
  const answers = await Promise.all(
    sample.map(async ([orderId, owner]) => {
      const other = buyers.find((buyer) => buyer !== owner) as ShopClient;
      return { orderId, status: (await other.send('GET', `/api/orders/${orderId}`)).status };
    }),
  );
  return answers
    .filter(({ status }) => status !== 404)
    .map(({ orderId, status }) => `I6: order ${orderId} answered ${status} to another shopper`);
}
