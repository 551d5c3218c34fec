import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startTestPostgres } from '../../../../scripts/lib/postgres';
import { startTestRedis } from '../../../../scripts/lib/redis';
import { createCoreApi } from '../app';
import { migrate } from '../migrations';
import { readEnv } from '../platform/env';
import { createLogger } from '../platform/logger';
import { openResources, type Resources } from '../platform/resources';

/** What our own functions authenticate with. */
export const internalToken = 'internal-token-of-the-tests-0123456789';
export const issuer = 'https://issuer.test';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; tests know what they asked for. */
  json<T = Record<string, unknown>>(): T;
}

export interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** core-api on a real Postgres and Redis of its own, with a key server that tokens can be signed for. */
export class Harness {
  private constructor(
    readonly url: string,
    readonly resources: Resources,
    /** What was logged, one JSON text per line. */
    readonly logs: readonly string[],
    private readonly keys: KeyServer,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(options: { awsEndpoint?: string; env?: Record<string, string> } = {}): Promise<Harness> {
    const [postgres, redis, keys] = await Promise.all([
      startTestPostgres(),
      startTestRedis(),
      KeyServer.start(),
    ]);
    await migrate(postgres.url);
    const endpoint = options.awsEndpoint ?? 'http://127.0.0.1:9';
    Object.assign(process.env, {
      AWS_REGION: 'ap-northeast-1',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    const logs: string[] = [];
    const env = readEnv({
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      AWS_REGION: 'ap-northeast-1',
      AWS_ENDPOINT_URL: endpoint,
      EVENT_BUS_NAME: 'ecommerce-event-bus',
      ORDERS_TABLE: 'ecommerce-orders',
      SESSIONS_TABLE: 'ecommerce-sessions',
      PAYMENTS_TABLE: 'ecommerce-payments',
      IMAGES_BUCKET: 'ecommerce-images',
      JWKS_URL: `${keys.url}/jwks.json`,
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: 'yorozu',
      STOCK_SERVICE_URL: 'http://127.0.0.1:9',
      WEBSOCKET_URL: 'ws://localhost:3001',
      INTERNAL_TOKEN: internalToken,
      ...options.env,
    });
    const resources = openResources(env, createLogger('info', { write: (line) => void logs.push(line) }));
    const api = await createCoreApi(resources);
    resources.channels.start();
    const url = await api.fastify.listen({ host: '127.0.0.1', port: 0 });
    return new Harness(url, resources, logs, keys, async () => {
      await api.stop();
      await Promise.all([keys.stop(), postgres.stop(), redis.stop()]);
    });
  }

  async call(path: string, { method, token, body, headers = {} }: Call = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: <T>() => JSON.parse(text) as T,
    };
  }

  /** A user of the database and a token for them. */
  async signIn(...roles: string[]): Promise<{ id: string; token: string }> {
    const id = randomUUID();
    await this.resources.postgres.query('insert into users (id, email, name) values ($1, $2, $3)', [
      id,
      `${id}@example.com`,
      '山田 花子',
    ]);
    return { id, token: await this.keys.sign({ sub: id, roles }) };
  }

  sign(claims: TokenClaims): Promise<string> {
    return this.keys.sign(claims);
  }

  async addProduct(
    product: { price?: number; category?: string; available?: number; nameEn?: string } = {},
  ): Promise<string> {
    const { price = 1_000, category = 'kitchen', available = 10, nameEn = 'Iron teapot' } = product;
    const { rows } = await this.resources.postgres.query<{ id: string }>(
      `with product as (
         insert into products (name, name_en, price, category) values ('南部鉄器の急須', $1, $2, $3) returning id
       ) insert into stock (product_id, quantity) select id, $4 from product returning product_id as id`,
      [nameEn, price, category, available],
    );
    return (rows[0] as { id: string }).id;
  }
}

export interface TokenClaims {
  readonly sub: string;
  readonly roles?: readonly string[];
  readonly issuer?: string;
  readonly audience?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
  readonly kid?: string;
}

/** Serves the public key of tokens it signs. */
class KeyServer {
  private constructor(
    readonly url: string,
    readonly sign: (claims: TokenClaims) => Promise<string>,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<KeyServer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' };
    const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new KeyServer(
      `http://127.0.0.1:${port}`,
      ({ sub, roles = [], issuer: iss = issuer, audience = 'yorozu', expiresIn = 900, kid = 'key-1' }) =>
        new SignJWT({ roles })
          .setProtectedHeader({ alg: 'ES256', kid })
          .setSubject(sub)
          .setIssuer(iss)
          .setAudience(audience)
          .setExpirationTime(Math.floor(Date.now() / 1_000) + expiresIn)
          .sign(privateKey),
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    );
  }
}

/** Repeats a check of what happens behind the answers; nothing here takes longer than a moment. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await check();
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** What POST /api/orders takes, valid but for what the test changes. */
export function orderBody(productId: string, change: object = {}): Record<string, unknown> {
  return {
    items: [{ productId, quantity: 2 }],
    shippingAddress: {
      name: '山田 花子',
      postalCode: '100-0001',
      prefecture: '東京都',
      city: '千代田区',
      line1: '千代田1-1',
      phone: '090-0000-0000',
    },
    payment: { token: 'tok_visa' },
    ...change,
  };
}
