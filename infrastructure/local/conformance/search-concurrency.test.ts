import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSearch } from '../src/search';
import { Store } from '../src/store/store';

/** Against the OpenSearch that OPENSEARCH_URL names, otherwise the local one. */
const given = process.env['OPENSEARCH_URL'];
const index = 'concurrency-test';

let directory: string;
let store: Store;
let server: Server = createServer();
let url: string;

async function open(): Promise<void> {
  store = await Store.open(directory);
  server = await createSearch(store, () => true);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(): Promise<void> {
  server.closeAllConnections();
  server.close();
  await store.close();
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'search-'));
  if (given === undefined) await open();
  else url = given;
});
afterAll(async () => {
  await call('DELETE', `/${index}`);
  if (given === undefined) await close();
  rmSync(directory, { recursive: true });
});
beforeEach(() => call('DELETE', `/${index}?ignore_unavailable=true`));

interface Written {
  _seq_no: number;
  _primary_term: number;
  _version: number;
  result: string;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Written }> {
  const text = Array.isArray(body)
    ? body.map((line) => `${JSON.stringify(line)}\n`).join('')
    : JSON.stringify(body);
  const response = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body: text, headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Written };
}
const doc = (id: string, revision?: Written): string =>
  `/${index}/_doc/${id}${revision ? `?if_seq_no=${revision._seq_no}&if_primary_term=${revision._primary_term}` : ''}`;

test('each write has the next sequence number; reads tell it', async () => {
  const { body: first } = await call('PUT', doc('a'), { n: 1 });
  const { body: other } = await call('PUT', doc('b'), { n: 1 });
  const { body: second } = await call('PUT', doc('a'), { n: 2 });
  expect([first._version, second._version, first.result, second.result]).toEqual([
    1,
    2,
    'created',
    'updated',
  ]);
  expect(other._seq_no).toBeGreaterThan(first._seq_no);
  expect(second._seq_no).toBeGreaterThan(other._seq_no);
  const { _seq_no, _primary_term, _version } = second;
  const wanted = { _id: 'a', found: true, _seq_no, _primary_term, _version, _source: { n: 2 } };
  expect((await call('GET', doc('a'))).body).toMatchObject(wanted);
  expect((await call('POST', `/${index}/_mget`, { ids: ['a', 'none'] })).body).toEqual({
    docs: [expect.objectContaining(wanted), { _index: index, _id: 'none', found: false }],
  });
});

test('a write that expects what has gone is refused, one that expects what is there is not', async () => {
  const { body: first } = await call('PUT', doc('a'), { n: 1 });
  const { body: second } = await call('PUT', doc('a', first), { n: 2 });
  expect(second.result).toBe('updated');
  const at = (revision: Written): string =>
    `seqNo [${revision._seq_no}], primary term [${revision._primary_term}]`;
  const conflict = {
    status: 409,
    body: expect.objectContaining({
      status: 409,
      error: expect.objectContaining({
        type: 'version_conflict_engine_exception',
        reason: `[a]: version conflict, required ${at(first)}. current document has seqNo [${second._seq_no}] and primary term [${second._primary_term}]`,
      }),
    }),
  };
  expect(await call('PUT', doc('a', first), { n: 3 })).toEqual(conflict);
  expect(await call('DELETE', doc('a', first))).toEqual(conflict);
  expect((await call('GET', doc('a'))).body).toMatchObject({ _source: { n: 2 } });
  expect((await call('DELETE', doc('a', second))).body).toMatchObject({ result: 'deleted' });
  expect(await call('PUT', doc('a', second), { n: 3 })).toMatchObject({
    status: 409,
    body: { error: { type: 'version_conflict_engine_exception' } },
  });
  expect(await call('PUT', `/${index}/_doc/a?if_seq_no=1`, { n: 3 })).toMatchObject({
    status: 400,
    body: { error: { type: 'action_request_validation_exception' } },
  });
});

test('in a bulk each write stands alone', async () => {
  const { body: a } = await call('PUT', doc('a'), { n: 1 });
  const { body: b } = await call('PUT', doc('b'), { n: 1 });
  const expecting = ({ _seq_no, _primary_term }: Written) => ({
    if_seq_no: _seq_no,
    if_primary_term: _primary_term,
  });
  const { body } = await call('POST', `/${index}/_bulk`, [
    ...[{ index: { _id: 'a', ...expecting(a) } }, { n: 2 }],
    ...[{ index: { _id: 'a', ...expecting(a) } }, { n: 3 }],
    ...[{ create: { _id: 'b' } }, { n: 3 }],
    ...[{ create: { _id: 'c' } }, { n: 1 }],
    ...[{ update: { _id: 'b', ...expecting(b) } }, { doc: { n: 4 } }],
    ...[{ update: { _id: 'b' } }, { doc: { n: 4 } }],
  ]);
  const { items, errors } = body as unknown as { items: Record<string, unknown>[]; errors: boolean };
  const refused = {
    status: 409,
    error: expect.objectContaining({ type: 'version_conflict_engine_exception' }),
  };
  expect(errors).toBe(true);
  expect(items).toMatchObject([
    { index: { status: 200, result: 'updated' } },
    { index: refused },
    { create: refused },
    { create: { status: 201, result: 'created' } },
    { update: { status: 200, result: 'updated' } },
    { update: { status: 200, result: 'noop' } },
  ]);
  expect((await call('GET', doc('a'))).body).toMatchObject({ _source: { n: 2 } });
});

test('fields are added to a mapping, of documents that are there too, and keep their type', async () => {
  const mappings = { dynamic: 'strict', properties: { name: { type: 'keyword' } } };
  await call('PUT', `/${index}`, { mappings });
  await call('PUT', `/${index}/_doc/a?refresh=true`, { name: 'x' });
  const add = (properties: object) => call('PUT', `/${index}/_mapping`, { properties });
  expect(await add({ version: { type: 'long' }, name: { type: 'keyword' } })).toEqual({
    status: 200,
    body: { acknowledged: true },
  });
  expect((await call('PUT', `/${index}/_doc/b?refresh=true`, { name: 'y', version: 3 })).status).toBe(201);
  expect(await add({ name: { type: 'long' } })).toMatchObject({
    status: 400,
    body: {
      error: {
        type: 'illegal_argument_exception',
        reason: 'mapper [name] cannot be changed from type [keyword] to [long]',
      },
    },
  });
  expect((await call('PUT', doc('c'), { surprise: 1 })).status).toBe(400);
  const found = await call('POST', `/${index}/_search`, { query: { exists: { field: 'version' } } });
  expect(found.body).toMatchObject({ hits: { total: { value: 1 }, hits: [{ _id: 'b' }] } });
});

(given === undefined ? test : test.skip)(
  'what was read before a restart is not mistaken after it',
  async () => {
    await call('PUT', `/${index}`, { mappings: { properties: { n: { type: 'long' } } } });
    await call('PUT', `/${index}/_mapping`, { properties: { added: { type: 'long' } } });
    const { body: before } = await call('PUT', doc('a'), { n: 1 });
    await close();
    await open();
    expect((await call('PUT', doc('a', before), { n: 2 })).status).toBe(409);
    const { body: read } = await call('GET', doc('a'));
    expect((await call('PUT', doc('a', read), { n: 2 })).status).toBe(200);
    expect((await call('GET', `/${index}/_mapping`)).body).toEqual({
      [index]: { mappings: { properties: { n: { type: 'long' }, added: { type: 'long' } } } },
    });
  },
);
