/**
 * The load generator, a process of its own so that it does not share an event loop with what it measures.
 * Started by main.ts with a scenario in JSON on stdin; prints one JSON line.
 */
import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import { address, ShopClient } from '../lib/shop-client';
import { closedLoop, percentiles, type Measured } from './closed-loop';

export type Scenario =
  | {
      readonly kind: 'get';
      readonly url: string;
      readonly paths: readonly string[];
      readonly clients: number;
      readonly warmUpMs: number;
      readonly measureMs: number;
    }
  | {
      readonly kind: 'orders';
      readonly gateway: string;
      /** Where orders are posted: the gateway, or core-api itself. */
      readonly target: string;
      readonly products: readonly string[];
      readonly clients: number;
      readonly warmUpMs: number;
      readonly measureMs: number;
    }
  | {
      readonly kind: 'rush';
      readonly gateway: string;
      readonly product: string;
      readonly buyers: number;
      readonly accounts: number;
    };

export interface OrdersResult {
  readonly accepted: Measured;
  /** All orders of the run, first post to last end. */
  readonly endedPerSecond: number;
  readonly settle: { readonly p50: number; readonly p99: number };
  readonly outcomes: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** A shopper with a live connection, who sees the end of each order as a browser does. */
class Buyer {
  private constructor(
    readonly token: string,
    private readonly socket: WebSocket,
    private readonly ended: (orderId: string, status: string) => void,
  ) {
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as {
        type: string;
        data: { orderId: string; status: string };
      };
      if (
        frame.type === 'ORDER_STATUS_UPDATE' &&
        ['completed', 'failed', 'cancelled'].includes(frame.data.status)
      ) {
        this.ended(frame.data.orderId, frame.data.status);
      }
    });
  }

  static async arrive(gateway: string, ended: (orderId: string, status: string) => void): Promise<Buyer> {
    const client = await ShopClient.register(gateway, 'Bench');
    const { body } = await client.send<{ ticket: string; url: string }>('POST', '/api/ws-tickets');
    const socket = new WebSocket(`${body.url}?ticket=${body.ticket}`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Buyer(client.accessToken, socket, ended);
  }

  leave(): void {
    this.socket.terminate();
  }
}

/** One after the other: signing up costs a password hash, and is not what is measured. */
async function arrive(gateway: string, count: number, book: OrderBook): Promise<Buyer[]> {
  const buyers: Buyer[] = [];
  while (buyers.length < count) buyers.push(await Buyer.arrive(gateway, book.ended));
  return buyers;
}

class OrderBook {
  private readonly placedAt = new Map<string, number>();
  private readonly early = new Map<string, { status: string; at: number }>();
  readonly settleMs: number[] = [];
  readonly outcomes: Record<string, number> = {};
  private firstAt = Infinity;
  private lastAt = 0;

  placed(orderId: string, at: number): void {
    this.firstAt = Math.min(this.firstAt, at);
    this.placedAt.set(orderId, at);
    const end = this.early.get(orderId);
    if (end) this.count(orderId, end.status, end.at);
  }

  /** The frame of the end may come before the answer to the post has been read. */
  readonly ended = (orderId: string, status: string): void => {
    const at = performance.now();
    if (this.placedAt.has(orderId)) this.count(orderId, status, at);
    else this.early.set(orderId, { status, at });
  };

  private count(orderId: string, status: string, at: number): void {
    const from = this.placedAt.get(orderId);
    if (from === undefined) return;
    this.placedAt.delete(orderId);
    this.settleMs.push(at - from);
    this.outcomes[status] = (this.outcomes[status] ?? 0) + 1;
    this.lastAt = Math.max(this.lastAt, at);
  }

  async settled(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.placedAt.size > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    if (this.placedAt.size > 0) this.outcomes.unsettled = this.placedAt.size;
  }

  get seconds(): number {
    return (this.lastAt - this.firstAt) / 1000;
  }
}

async function orders(scenario: Extract<Scenario, { kind: 'orders' }>): Promise<OrdersResult> {
  const book = new OrderBook();
  const buyers = await arrive(scenario.gateway, scenario.clients, book);
  const pool = new Pool(scenario.target, { connections: scenario.clients });
  const accepted = await closedLoop(scenario.clients, scenario, async (index) => {
    const productId = scenario.products[Math.floor(Math.random() * scenario.products.length)] as string;
    return (await post(pool, buyers[index] as Buyer, productId, book)) === 202;
  });
  await book.settled(180_000);
  buyers.forEach((buyer) => buyer.leave());
  await pool.destroy();
  return {
    accepted,
    endedPerSecond: book.settleMs.length / book.seconds,
    settle: percentiles(book.settleMs),
    outcomes: book.outcomes,
    seconds: book.seconds,
  };
}

async function post(pool: Pool, buyer: Buyer, productId: string, book: OrderBook): Promise<number> {
  const at = performance.now();
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/api/orders',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${buyer.token}`,
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({
      items: [{ productId, quantity: 1 }],
      shippingAddress: address,
      payment: { token: 'tok_visa' },
    }),
  });
  const answer = (await body.json()) as { orderId: string };
  if (statusCode === 202) book.placed(answer.orderId, at);
  return statusCode;
}

/** Everybody presses the button in the same moment. */
async function rush(scenario: Extract<Scenario, { kind: 'rush' }>): Promise<OrdersResult> {
  const book = new OrderBook();
  const buyers = await arrive(scenario.gateway, scenario.accounts, book);
  const pool = new Pool(scenario.gateway, { connections: 64 });
  const latencies: number[] = [];
  let errors = 0;
  await Promise.all(
    Array.from({ length: scenario.buyers }, async (_, index) => {
      const at = performance.now();
      const status = await post(pool, buyers[index % buyers.length] as Buyer, scenario.product, book);
      if (status === 202) latencies.push(performance.now() - at);
      else errors += 1;
    }),
  );
  await book.settled(60_000);
  buyers.forEach((buyer) => buyer.leave());
  await pool.destroy();
  const accepted = { perSecond: NaN, ...percentiles(latencies), count: latencies.length, errors };
  return {
    accepted,
    endedPerSecond: book.settleMs.length / book.seconds,
    settle: percentiles(book.settleMs),
    outcomes: book.outcomes,
    seconds: book.seconds,
  };
}

async function get(scenario: Extract<Scenario, { kind: 'get' }>): Promise<Measured> {
  const pool = new Pool(scenario.url, { connections: scenario.clients });
  let next = 0;
  const measured = await closedLoop(scenario.clients, scenario, async () => {
    const path = scenario.paths[next++ % scenario.paths.length] as string;
    const { statusCode, body } = await pool.request({ method: 'GET', path });
    await body.dump({ limit: 10_000_000 });
    return statusCode === 200;
  });
  await pool.destroy();
  return measured;
}

const scenario = (await json(process.stdin)) as Scenario;
const result = await (scenario.kind === 'get'
  ? get(scenario)
  : scenario.kind === 'orders'
    ? orders(scenario)
    : rush(scenario));
console.log(JSON.stringify(result));
process.exit(0);
