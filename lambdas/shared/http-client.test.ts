import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postJson } from './http-client';

let server: Server;
let url: string;
const used = new WeakSet<object>();
const connections = new Set<number | undefined>();

beforeAll(async () => {
  server = createServer((request, response) => {
    connections.add(request.socket.remotePort);
    if (request.url === '/silent') return;
    // A kept connection that the server has given up, as one looks after a function was frozen for a while.
    if (request.url === '/stale' && used.has(request.socket)) {
      request.socket.destroy();
      return;
    }
    used.add(request.socket);
    if (request.url === '/half') {
      response.writeHead(200, { 'content-length': 100 }).write('{"cut');
      setTimeout(() => request.socket.destroy(), 20);
      return;
    }
    request.resume().on('end', () => response.writeHead(409).end('{"text":"品切れ"}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const options = { headers: {}, timeoutMs: 200 };

test('answers what the server said, whatever its status, over one connection', async () => {
  for (let call = 0; call < 3; call += 1)
    expect(await postJson(`${url}/`, {}, options)).toEqual({ status: 409, text: '{"text":"品切れ"}' });
  expect(connections.size).toBe(1);
});

test('makes a call again where the kept connection turns out to be gone', async () => {
  await postJson(`${url}/`, {}, options);
  expect(await postJson(`${url}/stale`, {}, options)).toMatchObject({ status: 409 });
});

test.each([
  ['a server that says nothing', '/silent'],
  ['an answer that breaks off', '/half'],
])('rejects for %s', async (_, path) => {
  await expect(postJson(`${url}${path}`, {}, options)).rejects.toThrow();
});

test('rejects where nobody listens', async () => {
  await expect(postJson('http://127.0.0.1:9/', {}, options)).rejects.toThrow();
});
