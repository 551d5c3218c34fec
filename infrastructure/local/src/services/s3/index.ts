import { join } from 'node:path';
import type { BucketSpec } from '../../artefacts/model';
import type { AwsRequest, AwsResponse, ServiceModule } from '../../endpoint/aws';
import { toAwsError } from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import { authorise } from './access';
import { bucketOperation, listBuckets } from './bucket-operations';
import { Buckets, type BucketRecord } from './buckets';
import { corsHeaders, preflight } from './cors';
import { s3Errors } from './errors';
import { Files } from './files';
import type { ObjectRecord } from './object-record';
import { Expiration } from './expiration';
import { Multipart, type UploadRecord } from './multipart';
import {
  copyObject,
  deleteObject,
  getObject,
  putObject,
  type ObjectRequest,
  type S3Context,
} from './objects';
import { errorDocument } from './xml';

/**
 * S3, path style and virtual-host style. Objects are files under `dataDir`, their metadata is in the store.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export async function createS3(
  context: CloudContext,
  specs: readonly BucketSpec[],
  dataDir: string,
): Promise<ServiceModule> {
  const { store, region } = context;
  const objects = await store.collection<ObjectRecord>('s3.objects');
  const uploads = await store.collection<UploadRecord>('s3.uploads');
  const buckets = new Buckets(await store.collection<BucketRecord>('s3.buckets'), objects, specs);
  const referenced = new Set([...objects.values()].map(({ file }) => file));
  for (const { parts } of uploads.values()) for (const { file } of Object.values(parts)) referenced.add(file);
  const files = await Files.open(join(dataDir, 's3'), referenced);
  const s3: S3Context = { buckets, files, store };
  const multipart = new Multipart(s3, uploads);
  const expiration = new Expiration(s3);
  return {
    name: 's3',
    handle: (request) => handle(s3, multipart, region, request),
    start: async () => {
      expiration.start();
    },
    stop: async () => {
      expiration.stop();
    },
  };
}

async function handle(
  s3: S3Context,
  multipart: Multipart,
  region: string,
  request: AwsRequest,
): Promise<AwsResponse> {
  let rules: BucketRecord['cors'] = [];
  try {
    const { bucket, key } = target(request);
    rules = s3.buckets.find(bucket)?.cors ?? [];
    const response =
      request.method === 'OPTIONS'
        ? preflight(rules, request)
        : await operate(s3, multipart, region, { request, bucket, key });
    return { ...response, headers: { ...response.headers, ...corsHeaders(rules, request) } };
  } catch (error) {
    const { status, code, message, fields } = toAwsError(error);
    const body = errorDocument({
      Code: code,
      Message: message,
      ...(fields as Record<string, string>),
      Resource: request.path,
    });
    const headers = { 'content-type': 'application/xml', ...corsHeaders(rules, request) };
    return request.method === 'HEAD' ? { status, headers } : { status, headers, body };
  }
}

/** `/bucket/key`, or the bucket in the host name: `bucket.localhost`, `bucket.s3.<region>.<domain>`. */
export function target({ path, headers }: AwsRequest): { bucket: string; key: string } {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const named = /^(.+?)\.(?:s3[.-].+|localhost)$/.exec(host)?.[1];
  const decoded = decodePath(path.slice(1));
  if (named !== undefined && named !== 's3') return { bucket: named, key: decoded };
  const slash = decoded.indexOf('/');
  return slash < 0
    ? { bucket: decoded, key: '' }
    : { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw s3Errors.invalidArgument('The request path is not valid percent-encoding');
  }
}

async function operate(
  s3: S3Context,
  multipart: Multipart,
  region: string,
  at: ObjectRequest,
): Promise<AwsResponse> {
  const { request, bucket, key } = at;
  const caller = authorise(s3.buckets, at);
  if (bucket === '') return listBuckets(s3.buckets);
  if (key === '') return bucketOperation(s3, multipart, region, bucket, request);
  const response = await objectOperation(s3, multipart, at);
  return caller === 'signed' ? response : { ...response, headers: { ...response.headers, ...forAnyone } };
}

/** As CloudFront's response headers policy adds them on AWS: an object is what its type says, and runs nothing. */
const forAnyone = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
};

const unserved = [
  'acl',
  'tagging',
  'retention',
  'legal-hold',
  'torrent',
  'restore',
  'select',
  'attributes',
  'versionId',
];

async function objectOperation(s3: S3Context, multipart: Multipart, at: ObjectRequest): Promise<AwsResponse> {
  const { query, method, headers } = at.request;
  const asked = unserved.find((name) => query.has(name));
  if (asked !== undefined) throw s3Errors.notImplemented(`?${asked} of an object`);
  const inUpload = query.has('uploadId');
  const copies = headers['x-amz-copy-source'] !== undefined;
  switch (method) {
    case 'GET':
      return inUpload ? multipart.listParts(at) : getObject(s3, at);
    case 'HEAD':
      return getObject(s3, at);
    case 'PUT':
      if (inUpload) return copies ? multipart.copyPart(at) : multipart.putPart(at);
      return copies ? copyObject(s3, at) : putObject(s3, at);
    case 'DELETE':
      return inUpload ? multipart.abort(at) : deleteObject(s3, at);
    case 'POST':
      if (query.has('uploads')) return multipart.create(at);
      if (inUpload) return multipart.complete(at);
      throw s3Errors.notImplemented('this POST to an object');
    default:
      throw s3Errors.notImplemented(`the method ${method}`);
  }
}
