import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { endpoints } from './endpoints';

/** What a run keeps to itself: keys, data, and whoever is not this machine. */
const root = join(import.meta.dirname, '../..');

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

/** The path goes out as it is; `fetch` would tidy it. */
function get(base: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      void response
        .toArray()
        .then((chunks) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: chunks.join('') }),
        );
    });
    sent.on('error', reject).end();
  });
}

describe('the storefront’s development server', () => {
  const name = `e2e-${randomUUID()}`;
  const kept = [`.local/${name}/jwt-keys.json`, `${name}.pem`, `frontend/${name}.pem`, `scripts/${name}.ts`];

  beforeAll(() => {
    mkdirSync(join(root, '.local', name), { recursive: true, mode: 0o700 });
    for (const path of kept) writeFileSync(join(root, path), `export default 'PRIVATE'`);
  });
  afterAll(() => {
    for (const path of kept) rmSync(join(root, path));
    rmSync(join(root, '.local', name), { recursive: true });
  });

  const ways: readonly (readonly [string, (path: string) => string])[] = [
    ['/@fs/', (path) => `/@fs${join(root, path)}`],
    ['/@fs//', (path) => `/@fs/${join(root, path)}`],
    ['..', (path) => `/@fs${root}/frontend/src/../../${path}`],
    ['encoded ..', (path) => `/@fs${root}/frontend/%2e%2e/${path}`],
    ['encoded slashes', (path) => `/@fs${root}/frontend/..%2f${path.replaceAll('/', '%2f')}`],
    ['above the root', (path) => `/../${path}`],
    ['from the root, encoded', (path) => `/..%2f${path}`],
    ['a null byte', (path) => `/@fs${join(root, path)}%00.ts`],
    ['a backslash', (path) => `/@fs${root}/frontend/..\\${path}`],
    ['below the root', (path) => `/${path.replace('frontend/', '')}`],
  ];
  const queries = [
    '',
    '?raw',
    '?url',
    '?import',
    '?raw??',
    '?import&raw??',
    '?inline&import',
    '?.svg?.wasm?init',
  ];

  it.each(ways)('keeps private files by %s', async (_, path) => {
    for (const file of kept) {
      for (const query of queries) {
        const { status, text } = await get(endpoints.storefront, path(file) + query);
        expect([file, query, status < 600 && text.includes('PRIVATE')]).toEqual([file, query, false]);
      }
    }
  });

  it('serves the sources that the storefront is made of, to no other origin', async () => {
    for (const path of ['/', '/src/main.tsx', `/@fs${root}/packages/service-kit/src/address.ts`]) {
      const answer = await get(endpoints.storefront, path, { origin: 'http://localhost:8080' });
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

describe.each(['storefront', 'gateway', 'coreApi', 'stockService', 'aws', 'opensearch'] as const)(
  '%s',
  (name) => {
    const path = {
      storefront: '/',
      gateway: '/api/products',
      coreApi: '/health/live',
      stockService: '/health/live',
    };
    const asked = { ...path, aws: '/_local/mailbox.html', opensearch: '/' }[name];

    it('answers to the names of this machine only', async () => {
      const status = async (host: string): Promise<number> =>
        (await get(endpoints[name], asked, { host })).status;
      expect(await Promise.all(['localhost', '127.0.0.1:1', '[::1]:1'].map(status))).toEqual([200, 200, 200]);
      const refused = await Promise.all(['rebound.example', 'rebound.example:5173'].map(status));
      expect(refused).toEqual(name === 'storefront' ? [403, 403] : [421, 421]);
    });
  },
);

it('the data directory is the owner’s alone', () => {
  const directory = process.env.E2E_DIRECTORY ?? '';
  const mode = (path: string): number => statSync(join(directory, path)).mode & 0o777;
  expect(['.', 'logs'].map(mode)).toEqual([0o700, 0o700]);
  const files = [
    'jwt-keys.json',
    'endpoints.json',
    'processes.json',
    'logs/core-api.log',
    'cloud/store/CURRENT',
  ];
  expect(files.map(mode)).toEqual(files.map(() => 0o600));
});
