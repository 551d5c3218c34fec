import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
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

describe('objects', () => {
  it('keeps content, type and metadata', async () => {
    const text = '万 "everything" <&>';
    const written = await put('a/é 万+&.txt', text, {
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'max-age=60',
      Metadata: { owner: 'me' },
    });
    const md5 = `"${createHash('md5').update(text).digest('hex')}"`;
    expect(written.ETag).toBe(md5);
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a/é 万+&.txt' }));
    expect(await got.Body?.transformToString()).toBe(text);
    expect(got).toMatchObject({
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'max-age=60',
      Metadata: { owner: 'me' },
      ETag: md5,
      ContentLength: Buffer.byteLength(text),
    });
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a/é 万+&.txt' }));
    expect(head).toMatchObject({
      ETag: md5,
      ContentLength: Buffer.byteLength(text),
      Metadata: { owner: 'me' },
    });
    expect(head.ContentEncoding).toBeUndefined();
  });

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)('checks %s', async (ChecksumAlgorithm) => {
    const written = await put('sum', 'checked', { ChecksumAlgorithm });
    const name = `Checksum${ChecksumAlgorithm}` as const;
    expect(written[name]).toBeDefined();
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'sum', ChecksumMode: 'ENABLED' }));
    expect(got[name]).toBe(written[name]);
    expect(await got.Body?.transformToString()).toBe('checked');
    await expect(put('sum', 'other', { [name]: written[name] })).rejects.toMatchObject({ name: 'BadDigest' });
    expect(await read('sum')).toBe('checked');
  });

  it('reads ranges', async () => {
    await put('range', '0123456789');
    const range = async (Range: string) => {
      const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'range', Range }));
      return [await got.Body?.transformToString(), got.ContentRange];
    };
    expect(await range('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await range('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await range('bytes=-2')).toEqual(['89', 'bytes 8-9/10']);
    await expect(range('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('answers conditional reads', async () => {
    const { ETag } = await put('conditional');
    const read304 = s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'conditional', IfNoneMatch: ETag }));
    await expect(read304).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'conditional', IfMatch: ETag }));
    const read412 = s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'conditional', IfMatch: '"other"' }));
    await expect(read412).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
  });

  it('lets one of several conditional writes win', async () => {
    const key = uniqueName('once');
    const writes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, by) => put(key, String(by), { IfNoneMatch: '*' })),
    );
    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await read(key)).toBe(String(writes.findIndex(({ status }) => status === 'fulfilled')));
  });

  it('never shows half an object while it is replaced', async () => {
    const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(200_000));
    await put('replaced', bodies[0]);
    const writing = Promise.all(bodies.flatMap((body) => [put('replaced', body), put('replaced', body)]));
    for (let round = 0; round < 10; round++) expect(bodies).toContain(await read('replaced'));
    await writing;
  });

  it('copies, with its metadata or new one', async () => {
    await put('from 万', 'copied', { ContentType: 'text/a', Metadata: { a: '1' } });
    const source = { Bucket: bucket, CopySource: `${bucket}/${encodeURIComponent('from 万')}` };
    await s3.send(new CopyObjectCommand({ ...source, Key: 'to-1' }));
    await s3.send(
      new CopyObjectCommand({ ...source, Key: 'to-2', MetadataDirective: 'REPLACE', ContentType: 'text/b' }),
    );
    const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
    expect(await head('to-1')).toMatchObject({
      ContentType: 'text/a',
      Metadata: { a: '1' },
      ContentLength: 6,
    });
    expect(await head('to-2')).toMatchObject({ ContentType: 'text/b', Metadata: {} });
  });

  it('deletes, also what is not there', async () => {
    await put('gone-1');
    await put('gone-2');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone-1' }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone-1' }));
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: [{ Key: 'gone-2' }, { Key: 'never<&>' }] },
      }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['gone-2', 'never<&>']);
    await expect(read('gone-2')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'gone-2' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});

describe('buckets', () => {
  it('are listed, refused twice, and deleted only when empty', async () => {
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(bucket);
    await expect(s3.send(new CreateBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    await put('kept');
    await expect(s3.send(new DeleteBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
    const missing = { Bucket: uniqueName('missing') };
    await expect(s3.send(new HeadBucketCommand(missing))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.send(new ListObjectsV2Command(missing))).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('list keys in pages, with delimiters', async () => {
    const keys = ['l/a/1', 'l/a/2', 'l/b', 'l/c/1', 'l/d', 'l/é'];
    for (const key of [...keys].reverse()) await put(key);
    const seen: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client: s3, pageSize: 2 },
      { Bucket: bucket, Prefix: 'l/' },
    )) {
      seen.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    }
    expect(seen).toEqual(keys);
    const rolled: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client: s3, pageSize: 1 },
      { Bucket: bucket, Prefix: 'l/', Delimiter: '/' },
    )) {
      expect(page.KeyCount).toBe(1);
      rolled.push(...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
      rolled.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
    }
    expect(rolled).toEqual(['l/a/', 'l/b', 'l/c/', 'l/d', 'l/é']);
    const first = await s3.send(
      new ListObjectsCommand({ Bucket: bucket, Prefix: 'l/', MaxKeys: 2, Delimiter: '/' }),
    );
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'l/b' });
    const after = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: 'l/', StartAfter: 'l/c/1' }),
    );
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['l/d', 'l/é']);
  });
});

describe('multipart uploads', () => {
  it('assembles the parts named, in order', async () => {
    const target = { Bucket: bucket, Key: 'large 万' };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...target, ContentType: 'video/mp4' }),
    );
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 1), Buffer.from('the end')];
    const Parts = await Promise.all(
      bodies.map(async (Body, at) => {
        const { ETag } = await s3.send(
          new UploadPartCommand({ ...target, UploadId, PartNumber: at + 1, Body }),
        );
        return { ETag, PartNumber: at + 1 };
      }),
    );
    const listed = await s3.send(new ListPartsCommand({ ...target, UploadId }));
    expect(listed.Parts?.map(({ Size }) => Size)).toEqual([5 * 1024 * 1024, 7]);
    const reversed = { ...target, UploadId, MultipartUpload: { Parts: [...Parts].reverse() } };
    await expect(s3.send(new CompleteMultipartUploadCommand(reversed))).rejects.toMatchObject({
      name: 'InvalidPartOrder',
    });
    const done = await s3.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
    );
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const got = await s3.send(new GetObjectCommand(target));
    expect(got.ContentType).toBe('video/mp4');
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat(bodies))).toBe(true);
    await expect(s3.send(new ListPartsCommand({ ...target, UploadId }))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });

  it('can be aborted', async () => {
    const target = { Bucket: bucket, Key: 'aborted' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'x' }));
    await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    await expect(read('aborted')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});
