import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpOrderIntakes } from './order-intakes';

const intake = {
  orderId: 'o-1',
  shippingAddress: { line1: '千代田1-1' },
  customer: { email: 'hanako@example.com', name: '山田 花子', locale: 'ja' },
  paymentToken: 'tok_visa',
};
let server: Server;
let url: string;
let answer: { status: number; body: string };
let accepted: string;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { authorization } = request.headers;
    seen.push(`${request.method} ${request.url} ${authorization}`);
    const allowed = authorization === `Bearer ${accepted}`;
    response.writeHead(allowed ? answer.status : 401).end(allowed ? answer.body : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  seen.length = 0;
  accepted = 'first';
  answer = { status: 200, body: JSON.stringify({ items: [intake] }) };
});

function make(patience = 0) {
  const reads: string[] = [];
  const read = async (id: string): Promise<string> => {
    reads.push(id);
    return accepted;
  };
  return { reads, intakes: new HttpOrderIntakes(url, 'core-api/internal-token', { read }, patience) };
}

test('asks for a batch in one call; what is not there is missing', async () => {
  const { intakes, reads } = make();
  expect([...(await intakes.find(['o-1', 'o-2']))]).toEqual([['o-1', intake]]);
  await intakes.find(['o-1']);
  expect(seen).toEqual([
    'GET /internal/order-intakes?ids=o-1,o-2 Bearer first',
    'GET /internal/order-intakes?ids=o-1 Bearer first',
  ]);
  expect(reads).toEqual(['core-api/internal-token']);
});

test('reads a changed secret again, once', async () => {
  const { intakes, reads } = make();
  await intakes.find(['o-1']);
  accepted = 'second';
  expect((await intakes.find(['o-1'])).size).toBe(1);
  expect(reads).toHaveLength(2);
});

test.each([
  [503, 'TransientError'],
  [429, 'TransientError'],
  [404, 'IntakesRefused'],
])('the answer %i is a %s', async (status, name) => {
  answer = { status, body: '{}' };
  await expect(make().intakes.find(['o-1'])).rejects.toMatchObject({ name });
});

test('a secret that core-api does not accept is no answer "not there"', async () => {
  const intakes = new HttpOrderIntakes(url, 'x', { read: async () => 'wrong' });
  await expect(intakes.find(['o-1'])).rejects.toMatchObject({ code: 'INTAKES_REFUSED' });
});

test('core-api that is away is transient', async () => {
  const away = new HttpOrderIntakes('http://127.0.0.1:9', 'x', { read: async () => 'first' }, 0);
  await expect(away.find(['o-1'])).rejects.toMatchObject({ name: 'TransientError' });
});

test('core-api that restarts is waited for', async () => {
  answer = { status: 503, body: '{}' };
  const found = make(2_000).intakes.find(['o-1']);
  setTimeout(() => (answer = { status: 200, body: JSON.stringify({ items: [intake] }) }), 300);
  expect((await found).size).toBe(1);
  expect(seen.length).toBeGreaterThan(1);
});
