import Fastify from 'fastify';
import { ForeignOriginError, refuseForeign } from './foreign-origin';

const app = Fastify();
app.addHook('onRequest', refuseForeign(['https://shop.example']));
app.setErrorHandler((error, _request, reply) =>
  reply.code(error instanceof ForeignOriginError ? error.status : 500).send(),
);
app.post('/orders', () => 'ordered');
app.post('/unsubscribe', { config: { anyOrigin: true } }, () => 'unsubscribed');
let url: string;
beforeAll(async () => {
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

it.each([
  ['/orders', 'https://evil.example', 403],
  ['/orders', 'https://shop.example', 200],
  ['/unsubscribe', 'https://evil.example', 200],
])('%s from %s: %d', async (path, origin, status) => {
  expect((await fetch(url + path, { method: 'POST', headers: { origin } })).status).toBe(status);
});
