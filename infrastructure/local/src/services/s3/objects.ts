import type { IncomingHttpHeaders } from 'node:http';
import type { AwsRequest, AwsResponse } from '../../endpoint/aws';
import type { Store } from '../../store/store';
import { readBody } from './body';
import type { Buckets } from './buckets';
import { headerOf, type Checksum } from './checksum';
import { s3Errors } from './errors';
import type { Files } from './files';
import type { ObjectRecord } from './object-record';
import { conditionalAnswer, requirePreconditions, selectRange } from './preconditions';
import { document } from './xml';

export interface S3Context {
  readonly buckets: Buckets;
  readonly files: Files;
  readonly store: Store;
}

/** A request for one object. */
export interface ObjectRequest {
  readonly request: AwsRequest;
  readonly bucket: string;
  readonly key: string;
}

const kept = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];
const overridable = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];
const longestKey = 1024;

/** The headers of a request that belong to the object. */
export function objectHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && (kept.includes(name) || name.startsWith('x-amz-meta-')))
      found[name] = value;
  }
  const encoding = found['content-encoding']
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked')
    .join(',');
  delete found['content-encoding'];
  return {
    'content-type': 'binary/octet-stream',
    ...found,
    ...(encoding && { 'content-encoding': encoding }),
  };
}

/**
 * Stores an object whose file is written, and removes the file it replaces. `checks` run in the same step in which the
 * object appears, so that one of several conditional writes wins; if they throw, the new file goes.
 */
export async function commit(context: S3Context, record: ObjectRecord, checks?: () => void): Promise<void> {
  const { buckets, files, store } = context;
  try {
    buckets.get(record.bucket);
    checks?.();
  } catch (error) {
    await files.delete(record.file);
    throw error;
  }
  const before = buckets.findObject(record.bucket, record.key);
  buckets.setObject(record);
  await store.flushed();
  if (before) await files.delete(before.file);
}

export async function putObject(
  context: S3Context,
  { request, bucket, key }: ObjectRequest,
): Promise<AwsResponse> {
  context.buckets.get(bucket);
  checkKey(key);
  const { bytes, md5, checksum } = readBody(request);
  const file = await context.files.write(bytes);
  const record: ObjectRecord = {
    bucket,
    key,
    file,
    size: bytes.length,
    etag: `"${md5.toString('hex')}"`,
    lastModified: Date.now(),
    headers: objectHeaders(request.headers),
    ...(checksum && { checksum }),
  };
  await commit(context, record, () => {
    requirePreconditions(request.headers, context.buckets.findObject(bucket, key), key);
  });
  return { status: 200, headers: { etag: record.etag, ...checksumHeaders(checksum) } };
}

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > longestKey) {
    throw s3Errors.invalidArgument('Your key is too long');
  }
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  return checksum
    ? { [headerOf(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
    : {};
}

export function requireObject({ buckets }: S3Context, bucket: string, key: string): ObjectRecord {
  buckets.get(bucket);
  const record = buckets.findObject(bucket, key);
  if (!record) throw s3Errors.noSuchKey(key);
  return record;
}

/** GET and HEAD. */
export async function getObject(
  context: S3Context,
  { request, bucket, key }: ObjectRequest,
): Promise<AwsResponse> {
  const record = requireObject(context, bucket, key);
  const headers: Record<string, string> = {
    ...record.headers,
    ...overrides(request.query),
    etag: record.etag,
    'last-modified': new Date(record.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
  };
  const early = conditionalAnswer(request.headers, record);
  if (early === 304) return { status: 304, headers };
  const range = selectRange(request.headers.range, record.size);
  const length = range ? range.end - range.start + 1 : record.size;
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${record.size}`;
  else if (request.headers['x-amz-checksum-mode'] === 'ENABLED')
    Object.assign(headers, checksumHeaders(record.checksum));
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return { status, headers: { ...headers, 'content-length': String(length) } };
  try {
    const { files } = context;
    const body = range
      ? await files.readRange(record.file, range.start, range.end)
      : await files.read(record.file);
    return { status, headers, body };
  } catch (error) {
    // Replaced or deleted while it was being read.
    if (context.buckets.findObject(bucket, key) !== record)
      return getObject(context, { request, bucket, key });
    throw error;
  }
}

/** `response-content-type=...` and the like. */
function overrides(query: URLSearchParams): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of overridable) {
    const value = query.get(`response-${name}`);
    if (value !== null) found[name] = value;
  }
  return found;
}

/** Also answers 204 where there was no such object. */
export async function deleteObject(
  context: S3Context,
  { bucket, key }: Omit<ObjectRequest, 'request'>,
): Promise<AwsResponse> {
  context.buckets.get(bucket);
  const record = context.buckets.findObject(bucket, key);
  if (record) {
    context.buckets.deleteObject(bucket, key);
    await context.store.flushed();
    await context.files.delete(record.file);
  }
  return { status: 204 };
}

export async function copyObject(context: S3Context, target: ObjectRequest): Promise<AwsResponse> {
  const { request, bucket, key } = target;
  const { headers } = request;
  context.buckets.get(bucket);
  checkKey(key);
  const source = copySource(context, request);
  const replaced = String(headers['x-amz-metadata-directive'] ?? 'COPY') === 'REPLACE';
  if (source.bucket === bucket && source.key === key && !replaced) {
    throw s3Errors.invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const record: ObjectRecord = {
    ...source,
    bucket,
    key,
    file: await context.files.copy(source.file),
    lastModified: Date.now(),
    headers: replaced ? objectHeaders(headers) : source.headers,
  };
  await commit(context, record);
  const result = { LastModified: new Date(record.lastModified).toISOString(), ETag: record.etag };
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: document('CopyObjectResult', result),
  };
}

/** The object that `x-amz-copy-source` names, its own preconditions checked. */
export function copySource(context: S3Context, { headers }: AwsRequest): ObjectRecord {
  const path = decodeURIComponent(String(headers['x-amz-copy-source'] ?? ''))
    .replace(/^\//, '')
    .replace(/\?.*$/, '');
  const slash = path.indexOf('/');
  if (slash < 1)
    throw s3Errors.invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  const record = requireObject(context, path.slice(0, slash), path.slice(slash + 1));
  const conditions = Object.fromEntries(
    ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].map((name) => [
      name,
      headers[`x-amz-copy-source-${name}`],
    ]),
  );
  if (conditionalAnswer(conditions, record) === 304)
    throw s3Errors.preconditionFailed('x-amz-copy-source-If-None-Match');
  return record;
}
