import { randomUUID } from 'node:crypto';

/** An answer of the API: body parsed when it is JSON. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface OrderView {
  readonly orderId: string;
  readonly status: string;
  readonly totalAmount: number;
  readonly currency: string;
  readonly items: readonly { productId: string; productName: string; quantity: number; price: number }[];
  readonly payment?: { state: string };
  readonly failure?: { code: string; message: string };
  readonly history: readonly { at: string; type: string; detail?: Record<string, unknown> }[];
}

export interface ProductView {
  readonly id: string;
  readonly name: string;
  readonly price: number;
  readonly currency: string;
  readonly available: number;
}

export const address = {
  name: '山田 花子',
  postalCode: '100-0001',
  prefecture: '東京都',
  city: '千代田区',
  line1: '千代田1-1',
  line2: '',
  phone: '090-0000-0000',
};

const finalStatuses = ['completed', 'failed', 'cancelled'];

/** One person's use of the shop's API, with their token and cookies. */
export class ShopClient {
  private token: string | undefined;
  private readonly cookies = new Map<string, string>();
  userId = '';

  constructor(readonly gateway: string) {}

  /** A new account with an address nobody has used. */
  static async register(gateway: string, name = 'Test Shopper'): Promise<ShopClient> {
    const client = new ShopClient(gateway);
    await client.signIn(
      'register',
      { email: `${randomUUID()}@example.com`, password: 'correct-horse-battery', name },
      201,
    );
    return client;
  }

  static async login(gateway: string, email: string, password = 'yorozu-demo'): Promise<ShopClient> {
    const client = new ShopClient(gateway);
    await client.signIn('login', { email, password }, 200);
    return client;
  }

  private async signIn(call: 'register' | 'login', body: object, expected: number): Promise<void> {
    const answer = await this.send<{ accessToken: string; user: { id: string } }>(
      'POST',
      `/api/auth/${call}`,
      body,
    );
    if (answer.status !== expected)
      throw new Error(`${call} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    this.token = answer.body.accessToken;
    this.userId = answer.body.user.id;
  }

  get accessToken(): string {
    if (!this.token) throw new Error('not signed in');
    return this.token;
  }

  /** Any request; `raw` sends a body as it is. */
  async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options: { headers?: Record<string, string>; raw?: string } = {},
  ): Promise<Answer<T>> {
    const payload = options.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.gateway + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(this.cookies.size > 0
          ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
          : {}),
        ...options.headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
      if (value === '' || /max-age=0\b/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) as T };
  }

  async placeOrder(
    items: readonly { productId: string; quantity: number }[],
    options: { token?: string; key?: string; extra?: object } = {},
  ): Promise<Answer<{ orderId: string; status: string; totalAmount: number; code?: string }>> {
    const body = {
      items,
      shippingAddress: address,
      payment: { token: options.token ?? 'tok_visa' },
      ...options.extra,
    };
    return this.send('POST', '/api/orders', body, {
      headers: { 'idempotency-key': options.key ?? randomUUID() },
    });
  }

  async order(orderId: string): Promise<OrderView> {
    const answer = await this.send<OrderView>('GET', `/api/orders/${orderId}`);
    if (answer.status !== 200)
      throw new Error(`order ${orderId}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Waits until the order has ended. */
  async settled(orderId: string, timeoutMs = 30_000): Promise<OrderView> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const order = await this.order(orderId);
      if (finalStatuses.includes(order.status)) return order;
      if (Date.now() > deadline)
        throw new Error(`order ${orderId} is still ${order.status}: ${JSON.stringify(order.history)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What only an administrator can do, for the preparation of tests. */
export class ShopAdmin {
  private constructor(readonly client: ShopClient) {}

  static async login(gateway: string): Promise<ShopAdmin> {
    return new ShopAdmin(await ShopClient.login(gateway, 'admin@example.com'));
  }

  /** A product of its own for one test, with stock received. Returns its id. */
  async product(stock: number, price = 1_500): Promise<string> {
    const created = await this.client.send<ProductView>('POST', '/api/products', {
      name: `テスト商品 ${randomUUID().slice(0, 8)}`,
      description: 'テスト用の商品です。',
      nameEn: 'Test product',
      descriptionEn: 'A product for a test.',
      price,
      category: 'test',
    });
    if (created.status !== 201)
      throw new Error(`creating a product answered ${created.status}: ${JSON.stringify(created.body)}`);
    if (stock > 0) await this.receive(created.body.id, stock);
    return created.body.id;
  }

  async receive(productId: string, quantity: number, reference: string = randomUUID()): Promise<void> {
    const answer = await this.client.send('POST', `/api/admin/stock/${productId}/receive`, {
      quantity,
      reference,
    });
    if (answer.status >= 300)
      throw new Error(`receiving stock answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}
