import { AwsError, type AwsRequest, type AwsResponse } from '../../endpoint/aws';
import type { Buckets } from './buckets';
import { getCors, putCors } from './cors';
import { s3Errors } from './errors';
import { listObjects, owner } from './listing';
import type { Multipart } from './multipart';
import { deleteObject, type S3Context } from './objects';
import { postForm } from './post-form';
import { document, listOf, parseXml, textOf, type XmlElements } from './xml';

function xml(body: string): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

export function listBuckets(buckets: Buckets): AwsResponse {
  const all = buckets
    .all()
    .map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt).toISOString() }));
  return xml(document('ListAllMyBucketsResult', { Owner: owner, Buckets: { Bucket: all } }));
}

const subresources = [
  'accelerate',
  'acl',
  'analytics',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'lifecycle',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'tagging',
  'versions',
  'website',
];

export async function bucketOperation(
  s3: S3Context,
  multipart: Multipart,
  region: string,
  bucket: string,
  request: AwsRequest,
): Promise<AwsResponse> {
  const { method, query } = request;
  const asked = subresources.find((name) => query.has(name));
  if (asked !== undefined) throw s3Errors.notImplemented(`?${asked} of a bucket`);
  if (method === 'GET') return readBucket(s3, multipart, region, bucket, query);
  if (method === 'HEAD') {
    s3.buckets.get(bucket);
    return { status: 200, headers: { 'x-amz-bucket-region': region, 'content-type': 'application/xml' } };
  }
  if (method === 'POST') {
    return query.has('delete') ? deleteObjects(s3, bucket, request) : postForm(s3, bucket, request);
  }
  const response = changeBucket(s3.buckets, bucket, request);
  await s3.store.flushed();
  return response;
}

function readBucket(
  { buckets }: S3Context,
  multipart: Multipart,
  region: string,
  bucket: string,
  query: URLSearchParams,
): AwsResponse {
  const record = buckets.get(bucket);
  if (query.has('location')) return xml(locationDocument(region));
  if (query.has('versioning')) return xml(document('VersioningConfiguration', {}));
  if (query.has('cors')) return xml(getCors(buckets, bucket));
  if (query.has('uploads')) return multipart.listUploads(bucket, query);
  if (query.has('policy')) {
    if (record.policy === undefined) throw noPolicy(bucket);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: record.policy };
  }
  return listObjects(buckets, bucket, query);
}

/** The one answer whose root element holds text. */
function locationDocument(region: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${region}</LocationConstraint>`;
}

function noPolicy(bucket: string): AwsError {
  return new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: bucket });
}

function changeBucket(buckets: Buckets, bucket: string, { method, query, body }: AwsRequest): AwsResponse {
  const isPut = method === 'PUT';
  if (!isPut && method !== 'DELETE') throw s3Errors.notImplemented(`the method ${method}`);
  const done: AwsResponse = { status: isPut ? 200 : 204 };
  if (query.has('cors')) {
    buckets.get(bucket);
    if (isPut) putCors(buckets, bucket, body);
    else buckets.change(bucket, { cors: [] });
    return done;
  }
  if (query.has('policy')) {
    const { policy: _, ...rest } = buckets.get(bucket);
    buckets.replace({ ...rest, publicRead: false, ...(isPut && readPolicy(body.toString('utf8'))) });
    return { status: 204 };
  }
  if (!isPut) {
    buckets.delete(bucket);
    return done;
  }
  buckets.create(bucket);
  return { status: 200, headers: { location: `/${bucket}` } };
}

/** A policy is kept as it is; of what it says only "everyone may s3:GetObject" has an effect here. */
function readPolicy(policy: string): { policy: string; publicRead: boolean } {
  const malformed = new AwsError(
    'MalformedPolicy',
    "Policies must be valid JSON and the first byte must be '{'",
  );
  let parsed: unknown;
  try {
    parsed = JSON.parse(policy);
  } catch {
    throw malformed;
  }
  const statements = (parsed as { Statement?: unknown } | null)?.Statement;
  if (!Array.isArray(statements)) throw malformed;
  const publicRead = (statements as readonly Record<string, unknown>[]).some((statement) => {
    const everyone =
      statement.Principal === '*' || (statement.Principal as { AWS?: unknown } | undefined)?.AWS === '*';
    const actions = [statement.Action].flat();
    const reads = actions.some((action) => action === 's3:GetObject' || action === 's3:*');
    return statement.Effect === 'Allow' && everyone && reads && statement.Condition === undefined;
  });
  return { policy, publicRead };
}

const largestDelete = 1000;

async function deleteObjects(s3: S3Context, bucket: string, { body }: AwsRequest): Promise<AwsResponse> {
  s3.buckets.get(bucket);
  const content = parseXml(body, 'Delete');
  const keys = listOf(content.Object).map((entry) => textOf(entry.Key));
  if (keys.length === 0 || keys.length > largestDelete) throw s3Errors.malformedXml();
  const named = keys.filter((key) => key !== undefined);
  if (named.length < keys.length) throw s3Errors.malformedXml();
  await Promise.all(named.map((key) => deleteObject(s3, { bucket, key })));
  const deleted = named.map((key): XmlElements => ({ Key: key }));
  return xml(document('DeleteResult', textOf(content.Quiet) === 'true' ? {} : { Deleted: deleted }));
}
