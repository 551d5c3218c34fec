import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { startDataServices, uniqueName, type DataServices } from './support/data-services';

let services: DataServices;
let s3: S3Client;
const bucket = uniqueName('bucket');

beforeAll(async () => {
  services = await startDataServices();
  s3 = new S3Client({ ...services.client, forcePathStyle: true, maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

afterAll(async () => {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    for (const { Key } of page.Contents ?? [])
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  s3.destroy();
  await services.close();
});

async function put(Key: string, Body: string | Buffer = 'x', more: object = {}) {
  return s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
}

async function read(Key: string): Promise<string | undefined> {
  return (await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString();
}

describe('browsers', () => {
  it('answer browsers by their CORS rules', async () => {
    await expect(s3.send(new GetBucketCorsCommand({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'NoSuchCORSConfiguration',
    });
    const rule = {
      AllowedOrigins: ['http://shop.example', 'http://*.local'],
      AllowedMethods: ['GET', 'PUT'],
      AllowedHeaders: ['content-*'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 60,
    };
    await s3.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }));
    const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket: bucket }));
    expect(CORSRules).toEqual([rule]);
    const preflight = (origin: string, headers: string) =>
      fetch(`${services.url}/${bucket}/any`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': headers,
        },
      });
    const allowed = await preflight('http://a.local', 'content-type');
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://a.local');
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type');
    expect(allowed.headers.get('access-control-max-age')).toBe('60');
    expect((await preflight('http://a.local', 'authorization')).status).toBe(403);
    expect((await preflight('http://evil.example', 'content-type')).status).toBe(403);
    await put('cors');
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: 'cors' }));
    const got = await fetch(url, { headers: { origin: 'http://shop.example' } });
    expect(got.headers.get('access-control-allow-origin')).toBe('http://shop.example');
    expect(got.headers.get('access-control-expose-headers')).toBe('ETag');
  });
});

describe('presigned requests', () => {
  it('hold for what was signed, and not longer', async () => {
    const command = new PutObjectCommand({ Bucket: bucket, Key: 'signed 万.txt', ContentType: 'text/plain' });
    const url = await getSignedUrl(s3, command, {
      expiresIn: 60,
      signableHeaders: new Set(['content-type']),
    });
    const send = (to: string, type = 'text/plain', method = 'PUT') =>
      fetch(to, { method, headers: { 'content-type': type }, ...(method === 'PUT' && { body: 'by url' }) });
    expect((await send(url)).status).toBe(200);
    expect(await read('signed 万.txt')).toBe('by url');
    expect((await send(url, 'text/html')).status).toBe(403);
    expect((await send(url, 'text/plain', 'GET')).status).toBe(403);
    const other = await send(url.replace('signed', 'forged'));
    expect(other.status).toBe(403);
    expect(await other.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
    const longer = await send(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'));
    expect(longer.status).toBe(403);
    const expired = await getSignedUrl(s3, command, {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 61_000),
    });
    const late = await send(expired);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Request has expired');
  });

  it('override response headers', async () => {
    await put('download.csv', 'a,b');
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: 'download.csv',
      ResponseContentDisposition: 'attachment; filename="r.csv"',
    });
    const got = await fetch(await getSignedUrl(s3, command));
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="r.csv"');
    expect(await got.text()).toBe('a,b');
  });

  it('bound the size and type of form uploads', async () => {
    const post = async (
      size: number,
      type: string,
      key = 'up/a.png',
      tamper: Record<string, string> = {},
    ) => {
      const { url, fields } = await createPresignedPost(s3, {
        Bucket: bucket,
        Key: 'up/a.png',
        Conditions: [
          ['content-length-range', 1, 100],
          ['starts-with', '$Content-Type', 'image/'],
        ],
        Expires: 60,
      });
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, key, 'Content-Type': type, ...tamper }))
        form.set(name, value);
      form.set('file', new Blob([Buffer.alloc(size)]), 'a.png');
      const response = await fetch(url, { method: 'POST', body: form });
      return [response.status, /<Code>(\w+)/.exec(await response.text())?.[1]];
    };
    expect(await post(100, 'image/png')).toEqual([204, undefined]);
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'up/a.png' }));
    expect(head).toMatchObject({ ContentLength: 100, ContentType: 'image/png' });
    expect(await post(101, 'image/png')).toEqual([400, 'EntityTooLarge']);
    expect(await post(10, 'text/html')).toEqual([403, 'AccessDenied']);
    expect(await post(10, 'image/png', 'up/b.png')).toEqual([403, 'AccessDenied']);
    expect(await post(10, 'image/png', 'up/a.png', { 'X-Amz-Signature': '0'.repeat(64) })).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
    expect(await post(10, 'image/png', 'up/a.png', { 'Cache-Control': 'no-store' })).toEqual([
      403,
      'AccessDenied',
    ]);
  });

  it('are needed where a bucket is not public', async () => {
    await put('private');
    const got = await fetch(`${services.url}/${bucket}/private`);
    expect(got.status).toBe(403);
    expect(await got.text()).toContain('<Code>AccessDenied</Code>');
    expect((await fetch(`${services.url}/${bucket}/private`, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(`${services.url}/${bucket}/planted`, { method: 'PUT', body: 'x' })).status).toBe(403);
    expect(await read('private')).toBe('x');
  });
});
