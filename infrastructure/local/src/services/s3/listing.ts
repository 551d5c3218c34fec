import type { AwsResponse } from '../../endpoint/aws';
import { compareText } from '../text-order';
import type { Buckets } from './buckets';
import { s3Errors } from './errors';
import { document, type XmlElements } from './xml';

const largestPage = 1000;

interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix of the page. */
  readonly last: string;
}

/** Keys behind `after` that start with `prefix`; those that go on past the delimiter are rolled up. */
function select(
  sorted: readonly string[],
  prefix: string,
  delimiter: string,
  after: string,
  limit: number,
): Page {
  const keys: string[] = [];
  const prefixes: string[] = [];
  const start = compareText(after, prefix) > 0 ? after : prefix;
  let last = '';
  for (let at = firstAtOrBehind(sorted, start); at < sorted.length; at++) {
    const key = sorted[at] ?? '';
    if (!key.startsWith(prefix)) break;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = cut < 0 ? key : key.slice(0, cut + delimiter.length);
    // A key is behind the marker; a common prefix must be too, or it was on the page before.
    if (compareText(entry, after) <= 0 || (cut >= 0 && entry === prefixes.at(-1))) continue;
    if (cut >= 0 && after.startsWith(entry)) continue;
    if (keys.length + prefixes.length === limit) return { keys, prefixes, truncated: limit > 0, last };
    (cut < 0 ? keys : prefixes).push(entry);
    last = entry;
  }
  return { keys, prefixes, truncated: false, last };
}

function firstAtOrBehind(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(sorted[middle] ?? '', text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** ListObjects (V1) and ListObjectsV2. */
export function listObjects(buckets: Buckets, bucket: string, query: URLSearchParams): AwsResponse {
  buckets.get(bucket);
  const text = (name: string): string => query.get(name) ?? '';
  const limit = pageSize(query.get('max-keys'));
  const second = query.get('list-type') === '2';
  const token = query.get('continuation-token');
  const after = second ? (token === null ? text('start-after') : fromToken(token)) : text('marker');
  const [prefix, delimiter] = [text('prefix'), text('delimiter')];
  const page = select(buckets.sortedKeys(bucket), prefix, delimiter, after, limit);
  const urlEncoded = query.get('encoding-type') === 'url';
  const shown = (name: string): string => (urlEncoded ? encodeURIComponent(name).replace(/%2F/g, '/') : name);
  const withOwner = !second || query.get('fetch-owner') === 'true';
  const common: XmlElements = {
    Name: bucket,
    Prefix: shown(prefix),
    ...(delimiter !== '' && { Delimiter: shown(delimiter) }),
    MaxKeys: limit,
    ...(urlEncoded && { EncodingType: 'url' }),
    IsTruncated: page.truncated,
  };
  const version: XmlElements = second
    ? {
        KeyCount: page.keys.length + page.prefixes.length,
        ...(token !== null && { ContinuationToken: token }),
        ...(query.has('start-after') && { StartAfter: shown(text('start-after')) }),
        ...(page.truncated && { NextContinuationToken: Buffer.from(page.last).toString('base64url') }),
      }
    : { Marker: shown(after), ...(page.truncated && delimiter !== '' && { NextMarker: shown(page.last) }) };
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: document('ListBucketResult', {
      ...common,
      ...version,
      Contents: page.keys.map((key) => describe(buckets, bucket, key, shown(key), withOwner)),
      CommonPrefixes: page.prefixes.map((each) => ({ Prefix: shown(each) })),
    }),
  };
}

function describe(
  buckets: Buckets,
  bucket: string,
  key: string,
  shownKey: string,
  withOwner: boolean,
): XmlElements {
  const record = buckets.findObject(bucket, key);
  return {
    Key: shownKey,
    LastModified: new Date(record?.lastModified ?? 0).toISOString(),
    ETag: record?.etag,
    ...(record?.checksum && {
      ChecksumAlgorithm: record.checksum.algorithm,
      ChecksumType: record.checksum.type,
    }),
    Size: record?.size,
    StorageClass: 'STANDARD',
    ...(withOwner && { Owner: owner }),
  };
}

export const owner = { ID: '0'.repeat(64), DisplayName: 'local' };

function pageSize(text: string | null): number {
  const size = Number(text ?? largestPage);
  if (!Number.isInteger(size) || size < 0)
    throw s3Errors.invalidArgument('Provided max-keys not an integer or within integer range');
  return Math.min(size, largestPage);
}

function fromToken(token: string): string {
  const after = Buffer.from(token, 'base64url').toString('utf8');
  if (after === '') throw s3Errors.invalidArgument('The continuation token provided is incorrect');
  return after;
}
