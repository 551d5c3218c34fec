/**
 * `npm run bench`: what the shop does on this machine, measured on a stack of its own (data in a temporary directory).
 * Load comes from closed-loop clients in their own process; each figure is the median of three runs after a warm-up.
 *   npm run bench                     everything
 *   npm run bench -- orders catalogue one or more of: orders, catalogue, rush, operations, stock
 *   npm run bench -- orders --clients 16 --runs 1 --products uniform
 */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs, promisify } from 'node:util';
import { buildServices } from '../lib/build-services';
import { ShopAdmin, ShopClient } from '../lib/shop-client';
import { loadDemoData } from '../seed/load';
import { Stack } from '../start/stack';
import { LocalState } from '../start/state';
import type { OrdersResult, Scenario } from './client';
import { median, type Measured } from './closed-loop';
import { addBenchProducts } from './products';

const run = promisify(execFile);
const parts = ['orders', 'catalogue', 'rush', 'operations', 'stock'] as const;
const { positionals: chosen, values: flags } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string', default: '1,16,64' },
    runs: { type: 'string', default: '3' },
    products: { type: 'string', default: 'uniform,hot' },
    keep: { type: 'boolean', default: false },
  },
});
const unknown = chosen.filter((part) => !parts.includes(part as (typeof parts)[number]));
if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: choose from ${parts.join(', ')}`);
const levels = flags.clients.split(',').map(Number);
const runs = Number(flags.runs);

const directory = mkdtempSync(join(tmpdir(), 'yorozu-bench-'));
chmodSync(directory, 0o755);
const state = new LocalState(directory);
state.prepare();
const stack = await Stack.create({
  state,
  storefront: false,
  ports: { gateway: 0, coreApi: 0, stockService: 0, aws: 0, opensearch: 0 },
  onEvent: (event) => {
    if (event.kind !== 'started') console.error(event);
  },
});
try {
  await Promise.all([stack.startStores(), buildServices()]);
  await stack.migrate();
  await loadDemoData(stack.endpoints, { onlyIfEmpty: true, log: () => undefined });
  const products = await addBenchProducts(stack.endpoints, 1_000, 1_000_000);
  await stack.startServices();
  const benches: Record<(typeof parts)[number], () => Promise<void>> = {
    orders: () => benchOrders(products),
    catalogue: () => benchCatalogue(products),
    rush: benchRush,
    operations: () => benchOperations(products),
    stock: benchStock,
  };
  for (const part of parts) if (chosen.length === 0 || chosen.includes(part)) await benches[part]();
} finally {
  await stack.stop();
  if (!flags.keep) state.reset();
}

/** Runs the load generator; its scenario goes in by stdin, since a thousand product ids make a long command line. */
async function load<T>(scenario: Scenario): Promise<T> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'client.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(scenario));
  const [code, stdout] = await Promise.all([
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
    text(child.stdout),
  ]);
  if (code !== 0) throw new Error(`the load generator ended with code ${code}`);
  return JSON.parse(stdout) as T;
}

async function repeated<T>(scenario: Scenario): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < runs; index += 1) results.push(await load<T>(scenario));
  return results;
}

async function benchOrders(products: readonly string[]): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  for (const [key, name, ids] of [
    ['uniform', 'uniform, 1,000 products', products],
    ['hot', 'one hot product', products.slice(0, 1)],
  ] as const) {
    if (!flags.products.split(',').includes(key)) continue;
    for (const clients of levels) {
      const { gateway } = stack.endpoints;
      const results = await repeated<OrdersResult>({
        kind: 'orders',
        gateway,
        target: gateway,
        products: ids,
        clients,
        warmUpMs: 1_000,
        measureMs: 4_000,
      });
      const of = (figure: (result: OrdersResult) => number): number => median(results.map(figure));
      rows.push({
        orders: name,
        clients,
        'accepted/s': round(of((r) => r.accepted.perSecond)),
        '202 p50 ms': round(of((r) => r.accepted.p50)),
        '202 p99 ms': round(of((r) => r.accepted.p99)),
        'completed/s': round(of((r) => r.endedPerSecond)),
        'settled p50 ms': round(of((r) => r.settle.p50)),
        'settled p99 ms': round(of((r) => r.settle.p99)),
        errors: of((r) => r.accepted.errors),
        outcomes: JSON.stringify(results.at(-1)?.outcomes),
      });
      console.table(rows.slice(-1));
    }
  }
  rows.push(await idleLatency(products));
  console.table(rows);
}

/** One order at a time on an idle shop: the next is placed when the last has ended. */
async function idleLatency(products: readonly string[]): Promise<Record<string, string | number>> {
  const shopper = await ShopClient.register(stack.endpoints.gateway);
  const answered: number[] = [];
  const settled: number[] = [];
  for (let index = 0; index < 60; index += 1) {
    const startedAt = performance.now();
    const { body } = await shopper.placeOrder([{ productId: products[index] as string, quantity: 1 }]);
    if (index >= 10) answered.push(performance.now() - startedAt);
    const order = await shopper.settled(body.orderId);
    const [first, last] = [order.history[0], order.history.at(-1)];
    if (index >= 10 && first && last) settled.push(Date.parse(last.at) - Date.parse(first.at));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    orders: 'idle, one at a time',
    clients: 1,
    '202 p50 ms': round(median(answered)),
    'settled p50 ms': round(median(settled)),
  };
}

async function benchCatalogue(products: readonly string[]): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  const details = products.slice(0, 500).map((id) => `/api/products/${id}`);
  const lists = Array.from({ length: 20 }, (_, page) => `/api/products?page=${page + 1}&pageSize=24`);
  for (const [via, url] of [
    ['core-api', stack.endpoints.coreApi],
    ['gateway', stack.endpoints.gateway],
  ] as const) {
    for (const [name, paths] of [
      ['list of 24', lists],
      ['detail', details],
    ] as const) {
      for (const clients of levels) {
        const results = await repeated<Measured>({
          kind: 'get',
          url,
          paths,
          clients,
          warmUpMs: 1_000,
          measureMs: 3_000,
        });
        const of = (figure: (result: Measured) => number): number => median(results.map(figure));
        rows.push({
          via,
          catalogue: name,
          clients,
          'requests/s': round(of((r) => r.perSecond)),
          'p50 ms': round(of((r) => r.p50)),
          'p99 ms': round(of((r) => r.p99)),
          errors: of((r) => r.errors),
        });
      }
    }
  }
  console.table(rows);
}

/** 400 buyers press the button at once for 100 pieces. */
async function benchRush(): Promise<void> {
  const admin = await ShopAdmin.login(stack.endpoints.gateway);
  const rows: Record<string, string | number>[] = [];
  for (let index = 0; index < runs; index += 1) {
    const product = await admin.product(100);
    const result = await load<OrdersResult>({
      kind: 'rush',
      gateway: stack.endpoints.gateway,
      product,
      buyers: 400,
      accounts: 40,
    });
    rows.push({
      rush: '400 buyers for 100',
      'all ended after s': round(result.seconds),
      '202 p99 ms': round(result.accepted.p99),
      outcomes: JSON.stringify(result.outcomes),
    });
  }
  console.table(rows);
}

/** What one completed order asks of AWS, counted by the local cloud. */
async function benchOperations(products: readonly string[]): Promise<void> {
  const count = 100;
  const shopper = await ShopClient.register(stack.endpoints.gateway);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const before = await operations();
  for (let index = 0; index < count; index += 1) {
    const { body } = await shopper.placeOrder([{ productId: products[index] as string, quantity: 1 }]);
    await shopper.settled(body.orderId);
  }
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const after = await operations();
  const rows = Object.entries(after)
    .map(([operation, total]) => ({
      operation,
      'per order': round((total - (before[operation] ?? 0)) / count),
    }))
    .filter((row) => row['per order'] > 0.005);
  console.log('AWS operations of one completed order (one at a time, reads of the polling client included)');
  console.table(rows);
}

async function operations(): Promise<Record<string, number>> {
  const response = await fetch(`${stack.endpoints.aws}/_local/operations`);
  const services = (await response.json()) as Record<string, Record<string, number>>;
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, kinds]) =>
      Object.entries(kinds).map(([kind, count]) => [`${service} ${kind}`, count]),
    ),
  );
}

async function benchStock(): Promise<void> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'stock.ts')], {
    env: {
      ...process.env,
      STOCK_SERVICE_URL: stack.endpoints.stockService,
      DATABASE_URL: stack.endpoints.postgres,
    },
  });
  console.log(stdout);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
