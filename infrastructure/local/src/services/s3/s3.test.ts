import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BucketSpec } from '../../artefacts/model';
import { request, TestCloud } from '../testing';
import { createS3 } from './index';

let cloud: TestCloud;
let s3: Awaited<ReturnType<typeof createS3>>;

const images: BucketSpec = {
  name: 'images',
  publicRead: true,
  cors: [{ allowedMethods: ['GET'], allowedHeaders: ['*'], exposeHeaders: ['ETag'], maxAgeSeconds: 3600 }],
};

async function open(specs: readonly BucketSpec[]): Promise<void> {
  await s3?.stop?.();
  s3 = await createS3(await cloud.restart(), specs, cloud.directory);
  await s3.start?.();
}

beforeEach(async () => {
  cloud = await TestCloud.create();
  await open([images]);
});

afterEach(async () => {
  await s3.stop?.();
  await cloud.close();
});

function get(url: string, headers: Record<string, string> = {}) {
  return s3.handle(request('GET', url, { unsigned: true, headers }));
}

it('serves public objects to anyone, again after a restart, and 304 to who has them', async () => {
  const put = request('PUT', '/images/a/b.svg', {
    body: '<svg/>',
    headers: { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=3600' },
  });
  await s3.handle(put);
  await open([images]);
  const got = await get('/images/a/b.svg', { origin: 'http://localhost:5173' });
  expect([got.status, String(got.body)]).toEqual([200, '<svg/>']);
  expect(got.headers).toMatchObject({
    'content-type': 'image/svg+xml',
    'cache-control': 'public, max-age=3600',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'ETag',
  });
  const again = await get('/images/a/b.svg', { 'if-none-match': got.headers?.etag ?? '' });
  expect([again.status, again.body]).toEqual([304, undefined]);
  expect((await get('/images/other')).status).toBe(403);
  expect((await get('/images')).status).toBe(403);
  expect((await s3.handle(request('PUT', '/images/x', { unsigned: true, body: 'x' }))).status).toBe(403);
});

it('shows anyone an object as what it was stored as, and nothing else', async () => {
  const headers = { 'content-type': 'image/svg+xml' };
  await s3.handle(request('PUT', '/images/a.svg', { body: '<svg/>', headers }));
  for (const method of ['GET', 'HEAD']) {
    const got = await s3.handle(request(method, '/images/a.svg', { unsigned: true }));
    expect(got).toMatchObject({ status: 200, headers: { ...headers, 'x-content-type-options': 'nosniff' } });
    expect(got.headers?.['content-security-policy']).toContain('sandbox');
    const names = ['content-type', 'content-disposition', 'cache-control', 'expires', 'anything'];
    for (const name of names) {
      const url = `/images/a.svg?response-${name}=text/html`;
      expect((await s3.handle(request(method, url, { unsigned: true }))).status).toBe(400);
    }
  }
  const refused = await get('/images/a.svg?response-content-type=text/html');
  expect(String(refused.body)).toMatch(
    /<Code>InvalidRequest<\/Code><Message>Request specific response headers cannot be used for anonymous GET requests/,
  );
  const signed = await s3.handle(request('GET', '/images/a.svg?response-content-type=text/plain'));
  expect(signed.headers?.['content-type']).toBe('text/plain');
});

it('takes the bucket from the host name', async () => {
  await s3.handle(request('PUT', 'http://images.localhost:4566/v/1', { body: 'one' }));
  expect(String((await get('/images/v/1')).body)).toBe('one');
  expect(String((await get('http://images.s3.ap-northeast-1.amazonaws.com/v/1')).body)).toBe('one');
  expect((await s3.handle(request('GET', 'http://s3.localhost:4566/images?list-type=2'))).status).toBe(200);
});

it('drops files that nothing refers to, and the ones it replaces', async () => {
  const files = join(cloud.directory, 's3');
  await s3.handle(request('PUT', '/images/a', { body: 'one' }));
  await s3.handle(request('PUT', '/images/a', { body: 'two' }));
  expect(await readdir(files)).toHaveLength(1);
  await writeFile(join(files, 'orphan.part'), 'half');
  await open([images]);
  expect(await readdir(files)).toHaveLength(1);
  expect(String((await get('/images/a')).body)).toBe('two');
});

it('expires objects of a bucket that says so', async () => {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 91 * 24 * 3600 * 1000);
  await open([{ name: 'reports', expireAfterDays: 90 }]);
  await s3.handle(request('PUT', '/reports/old', { body: 'x' }));
  clock.mockRestore();
  await s3.handle(request('PUT', '/reports/new', { body: 'x' }));
  await open([{ name: 'reports', expireAfterDays: 90 }]);
  const list = async (): Promise<string> =>
    String((await s3.handle(request('GET', '/reports?list-type=2'))).body);
  while ((await list()).includes('<Key>old</Key>')) await new Promise((done) => setTimeout(done, 5));
  expect(await list()).toContain('<Key>new</Key>');
});

it.each([
  ['PUT', '/images/a?acl', 501],
  ['GET', '/images?lifecycle', 501],
  ['PATCH', '/images/a', 501],
  ['GET', '/images/%E0%A4%A', 400],
  ['POST', '/images?delete', 400],
  ['GET', '/nowhere/a', 404],
  ['PUT', '/BAD', 400],
])('%s %s -> %d', async (method, url, status) => {
  const response = await s3.handle(request(method, url, { body: '<broken' }));
  expect(response.status).toBe(status);
  expect(String(response.body)).toContain('<Error><Code>');
});
