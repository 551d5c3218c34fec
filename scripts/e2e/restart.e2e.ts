import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Launcher } from '../lib/launcher';
import { ShopAdmin, ShopClient } from '../lib/shop-client';
import { identify } from '../start/process-identity';
import { LocalState, type Endpoints } from '../start/state';
import { endpoints as sharedStack } from './endpoints';

/** One installation that is started every morning. The tests stand in the order of its days. */
const home = mkdtempSync(join(tmpdir(), 'yorozu-restart-'));
let directory = join(home, 'first');
let launcher: Launcher;
let product: string;
let before: Endpoints;
let edited: string;
const orders: string[] = [];

afterAll(async () => {
  await launcher.end('SIGINT');
  new LocalState(directory).reset();
  rmSync(home, { recursive: true });
});

/** A shopper signs in and buys. */
async function buy({ gateway }: Endpoints): Promise<void> {
  const shopper = await ShopClient.login(gateway, 'shopper@example.com');
  const placed = await shopper.placeOrder([{ productId: product, quantity: 1 }]);
  expect(placed.status).toBe(202);
  expect((await shopper.settled(placed.body.orderId)).status).toBe('completed');
  for (const earlier of orders) expect((await shopper.order(earlier)).status).toBe('completed');
  orders.push(placed.body.orderId);
}

/** Renames a product of the demo shop. */
async function edit({ client }: ShopAdmin, gateway: string): Promise<void> {
  const { body } = await client.send<{ items: { id: string; category: string; imageUrl: string }[] }>(
    'GET',
    '/api/products?pageSize=1',
  );
  const [{ id, category, imageUrl } = { id: '', category: '', imageUrl: '' }] = body.items;
  edited = id;
  const change = { name: 'ゼブラ柄の湯呑', nameEn: 'Zebracup', price: 4321, category, imageUrl };
  expect((await client.send('PUT', `/api/products/${id}`, change)).status).toBe(200);
  for (let waited = 0; (await picturesOf(gateway, id)).length < 2; waited += 100) {
    if (waited > 10_000) throw new Error('search did not follow');
    await sleep(100);
  }
}

/** Where the catalogue and search say that the picture of the edited product is. */
async function picturesOf(gateway: string, id: string): Promise<string[]> {
  const client = new ShopClient(gateway);
  const one = await client.send<{ imageUrl: string; price: number }>('GET', `/api/products/${id}`);
  expect(one.body.price).toBe(4321);
  const found = await client.send<{ items: { id: string; imageUrl: string }[] }>(
    'GET',
    '/api/search?q=zebracup',
  );
  return [
    one.body.imageUrl,
    ...found.body.items.filter((item) => item.id === id).map((item) => item.imageUrl),
  ];
}

function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => identify(pid));
}

/** Takes ports, as another checkout's shop would. */
async function take(urls: readonly string[]): Promise<Server[]> {
  return Promise.all(
    urls.map(
      (url) =>
        new Promise<Server>((resolve, reject) => {
          const server = createServer((socket) => socket.destroy()).once('error', reject);
          server.listen(Number(new URL(url).port), '127.0.0.1', () => resolve(server));
        }),
    ),
  );
}

it('starts for the first time, and ends everything it started', async () => {
  launcher = await Launcher.start(directory);
  before = launcher.endpoints;
  const admin = await ShopAdmin.login(before.gateway);
  await edit(admin, before.gateway);
  product = await admin.product(20);
  await buy(before);
  const started = launcher.pids();
  expect(alive(started)).toHaveLength(6);
  expect(await launcher.end('SIGINT')).toBe(0);
  expect(alive(started)).toEqual([]);
  // In order, and not all at once: nothing ended under what still needed it.
  expect(launcher.said).not.toContain('starting it again');
});

it('starts on other ports where those of the last time are taken', async () => {
  const taken = await take(Object.values(before).filter((url: string) => !url.startsWith('ws:')));
  try {
    launcher = await Launcher.start(directory);
    const ports = (all: Endpoints): string[] => Object.values(all).map((url: string) => new URL(url).port);
    expect(ports(launcher.endpoints).filter((port) => ports(before).includes(port))).toEqual([]);
    await buy(launcher.endpoints);
    const { gateway, aws } = launcher.endpoints;
    // What was edited stays, with its picture where it is today; search says the same.
    const shown = await picturesOf(gateway, edited);
    expect(shown).toEqual([expect.stringContaining(`${aws}/ecommerce-images/`), shown[0]]);
    expect((await fetch(shown[0] ?? '')).status).toBe(200);
  } finally {
    for (const server of taken) server.close();
  }
});

it('comes back after it was killed and its folder moved, and ends what was left behind', async () => {
  const left = launcher.pids();
  expect(await launcher.end('SIGKILL')).toBe('SIGKILL');
  expect(alive(left)).toHaveLength(6);
  renameSync(directory, join(home, 'moved'));
  directory = join(home, 'moved');
  launcher = await Launcher.start(directory);
  expect(alive(left)).toEqual([]);
  await buy(launcher.endpoints);
  await launcher.end('SIGINT');
});

it('takes a DATABASE_URL that it is given later', async () => {
  const database = new URL(sharedStack.postgres);
  const client = new pg.Client({ connectionString: database.href });
  await client.connect();
  await client.query('create database given_later');
  await client.end();
  database.pathname = '/given_later';
  launcher = await Launcher.start(directory, { DATABASE_URL: database.href });
  expect(launcher.endpoints.postgres).toBe(database.href);
  product = await (await ShopAdmin.login(launcher.endpoints.gateway)).product(5);
  await buy(launcher.endpoints);
});
