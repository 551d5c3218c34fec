import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ShopClient, type Answer } from '../lib/shop-client';

const tokens = [
  'tok_visa',
  'tok_visa',
  'tok_visa',
  'tok_visa',
  'tok_chargeDeclined',
  'tok_timeout',
  'tok_deductFails',
];
const finalStatuses = ['completed', 'failed', 'cancelled'];
/** Between two orders of a buyer, on average, milliseconds: slow enough that orders are under way at every fault. */
const paceMs = 2_000;

interface Purchase {
  readonly key: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  /** Bought out of the cart, whose attempt the key is. */
  readonly cart: boolean;
}

interface Cart {
  readonly checkoutId: string | null;
  readonly items: Purchase['items'];
}

/** People who order all the time, whatever happens, as a browser does: with the same key until there is an answer. */
export class Buyers {
  readonly accepted = new Map<string, ShopClient>();
  /** What was accepted and is in its cart all the same, in words. */
  readonly leftInCarts: string[] = [];
  checkedOut = 0;
  private readonly waits: { readonly from: number; readonly to: number }[] = [];
  private readonly stopping = new AbortController();
  private running: Promise<void[]> | undefined;
  private placed = 0;

  private constructor(
    readonly clients: readonly ShopClient[],
    private readonly products: readonly string[],
  ) {}

  static async register(gateway: string, count: number, products: readonly string[]): Promise<Buyers> {
    const clients = await Promise.all(Array.from({ length: count }, () => ShopClient.register(gateway)));
    return new Buyers(clients, products);
  }

  start(): void {
    this.running = Promise.all(this.clients.map((client) => this.shop(client)));
  }

  /** Every buyer's last order is accepted then. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Waits until that many more orders are accepted. */
  async untilMore(orders: number, withinMs: number): Promise<boolean> {
    const goal = this.accepted.size + orders;
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await pause(20))
      if (this.accepted.size >= goal) return true;
    return false;
  }

  /** How long the slowest order that was accepted since then took, in milliseconds. */
  slowestSince(time: number): number {
    const since = this.waits.filter(({ to }) => to >= time);
    return Math.max(0, ...since.map(({ from, to }) => to - from));
  }

  /** Waits for the end of every order. Answers how many ended how. */
  async settle(withinMs: number): Promise<Record<string, number>> {
    const statuses: Record<string, number> = {};
    const deadline = Date.now() + withinMs;
    for (const [orderId, client] of this.accepted) {
      let status = 'unknown';
      for (; Date.now() < deadline; await pause(200)) {
        status = (await client.order(orderId).catch(() => undefined))?.status ?? status;
        if (finalStatuses.includes(status)) break;
      }
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    return statuses;
  }

  /** I6, from the outside: another shopper's token does not open an order. */
  async othersCannotSee(): Promise<string[]> {
    const answers = await Promise.all(
      [...this.accepted].slice(0, 20).map(async ([orderId, owner]) => {
        const other = this.clients.find((client) => client !== owner) as ShopClient;
        return { orderId, status: (await other.send('GET', `/api/orders/${orderId}`)).status };
      }),
    );
    return answers
      .filter(({ status }) => status !== 404)
      .map(({ orderId, status }) => `I6: order ${orderId} answered ${status} to another shopper`);
  }

  private async shop(client: ShopClient): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const from = Date.now();
      this.accepted.set(await this.placeUntilAccepted(client, this.placed++), client);
      this.waits.push({ from, to: Date.now() });
      await pause(paceMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  private async placeUntilAccepted(client: ShopClient, number: number): Promise<string> {
    const productId = this.products[number % this.products.length] as string;
    const token = tokens[number % tokens.length] as string;
    const item = { productId, quantity: 1 + (number % 2) };
    const { key, items, cart } = await this.choose(client, item, number % 3 > 0);
    const orderId = await patiently('an order', async () => {
      const answer = await client.placeOrder(items, { token, key });
      return accepted(answer, 202)?.orderId;
    });
    if (cart) await this.lookForRest(client, key, orderId);
    return orderId;
  }

  /** Out of the cart, where it is wanted so and the product can still be put there. */
  private async choose(
    client: ShopClient,
    item: Purchase['items'][number],
    cart: boolean,
  ): Promise<Purchase> {
    const direct = { key: randomUUID(), items: [item], cart: false };
    if (!cart) return direct;
    const { checkoutId, items } = await patiently('a cart', async () =>
      accepted(await client.send<Cart>('POST', '/api/cart/items', item), 200, 201),
    );
    if (checkoutId === null) return direct;
    const wanted = items.map(({ productId, quantity }) => ({ productId, quantity }));
    return { key: checkoutId, items: wanted, cart: true };
  }

  /** Accepting an order ends its attempt and empties its cart, whatever was killed meanwhile. */
  private async lookForRest(client: ShopClient, key: string, orderId: string): Promise<void> {
    const cart = await patiently('a cart', async () =>
      accepted(await client.send<Cart>('GET', '/api/cart'), 200),
    );
    this.checkedOut += 1;
    if (cart.items.length > 0 || cart.checkoutId === key)
      this.leftInCarts.push(
        `order ${orderId} was accepted and is still in its cart: ${JSON.stringify(cart)}`,
      );
  }
}

/** Tries until there is an answer. Throws what {@link accepted} does. */
async function patiently<T>(what: string, call: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await pause(100)) {
    try {
      const answer = await call();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
  }
  throw new Error(`${what} was not accepted within a minute and a half`);
}

class Refused extends Error {}

/** The body; undefined for what may be tried again. Throws {@link Refused} where it may not. */
function accepted<T>({ status, body }: Answer<T>, ...expected: readonly number[]): T | undefined {
  if (expected.includes(status)) return body;
  if (status >= 500 || status === 429 || status === 409) return undefined;
  throw new Refused(`a buyer was refused: ${status} ${JSON.stringify(body)}`);
}
