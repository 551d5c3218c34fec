import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpStockClient } from './stock-client';

let server: Server;
let stock: HttpStockClient;
let answer: { status: number; body: string };
let seen: { method: string | undefined; url: string | undefined; correlation: unknown; body: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen = {
        method: request.method,
        url: request.url,
        correlation: request.headers['x-correlation-id'],
        body,
      };
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stock = new HttpStockClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const order = { orderId: 'o-1', items: [{ productId: 'p-1', quantity: 2 }], ttlSeconds: 900 };
const trace = { correlationId: 'c-1' };

test('reserves with the correlation id', async () => {
  answer = { status: 201, body: '{"orderId":"o-1","state":"held","items":[]}' };
  expect(await stock.reserve(order, trace)).toMatchObject({ state: 'held' });
  expect(seen).toEqual({
    method: 'POST',
    url: '/reservations',
    correlation: 'c-1',
    body: JSON.stringify(order),
  });
});

test.each(['commit', 'release'] as const)('%s names the order', async (call) => {
  answer = { status: 200, body: '{"orderId":"o-1","state":"committed","items":[]}' };
  await stock[call]('o-1', trace);
  expect(seen.url).toBe(`/reservations/o-1/${call}`);
});

test.each([
  [
    409,
    '{"code":"OUT_OF_STOCK","errors":[{"productId":"p-1"}]}',
    { name: 'OutOfStock', shortages: [{ productId: 'p-1' }] },
  ],
  [409, '{"code":"RESERVATION_RELEASED","detail":"x"}', { code: 'RESERVATION_RELEASED' }],
  [400, 'not json', { code: 'STOCK_REFUSED' }],
  [503, '{"code":"OVERLOADED"}', { name: 'TransientError', code: 'STOCK_UNAVAILABLE' }],
  [429, '', { name: 'TransientError' }],
  [408, '', { name: 'TransientError' }],
])('%s %s becomes %j', async (status, body, expected) => {
  answer = { status, body };
  await expect(stock.reserve(order, trace)).rejects.toMatchObject(expected);
});

test('a service that is not there may be there the next time', async () => {
  await expect(new HttpStockClient('http://127.0.0.1:1').commit('o-1', trace)).rejects.toMatchObject({
    name: 'TransientError',
    code: 'STOCK_UNREACHABLE',
  });
});
