import { createHash } from 'node:crypto';
import { AwsError, type AwsRequest, type AwsResponse } from '../../endpoint/aws';
import { s3Errors } from './errors';
import { checkKey, commit, objectHeaders, type S3Context } from './objects';
import { scopeOf, verify } from './signature';
import { document } from './xml';

type Condition =
  | readonly [operator: string, field: string, value: string]
  | readonly ['content-length-range', number, number];

const uncovered = new Set(['policy', 'x-amz-signature', 'file', 'awsaccesskeyid']);

/**
 * A browser's form upload (presigned POST): the policy's signature, expiry and conditions hold, or nothing is stored.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export async function postForm(
  context: S3Context,
  bucket: string,
  request: AwsRequest,
): Promise<AwsResponse> {
  context.buckets.get(bucket);
  const { fields, file } = await readForm(request);
  const bytes = Buffer.from(await file.arrayBuffer());
  const key = (fields.get('key') ?? '').replaceAll('${filename}', file.name);
  if (key === '')
    throw s3Errors.invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
    );
  checkKey(key);
  checkPolicy(fields, bucket, key, bytes.length);
  const md5 = createHash('md5').update(bytes).digest('hex');
  const etag = `"${md5}"`;
  const headers = objectHeaders(Object.fromEntries(fields));
  await commit(context, {
    bucket,
    key,
    file: await context.files.write(bytes),
    size: bytes.length,
    etag,
    lastModified: Date.now(),
    headers,
  });
  const location = `/${bucket}/${encodeURIComponent(key)}`;
  const redirect = fields.get('success_action_redirect');
  if (redirect && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag })) url.searchParams.set(name, value);
    return { status: 303, headers: { location: url.href, etag } };
  }
  const wanted = fields.get('success_action_status');
  if (wanted !== '201') return { status: wanted === '200' ? 200 : 204, headers: { etag, location } };
  const body = document('PostResponse', { Location: location, Bucket: bucket, Key: key, ETag: etag });
  return { status: 201, headers: { 'content-type': 'application/xml', etag, location }, body };
}

/** Field names in lower case. */
async function readForm(request: AwsRequest): Promise<{ fields: Map<string, string>; file: File }> {
  let form: FormData;
  try {
    const type = String(request.headers['content-type'] ?? '');
    form = await new Response(request.body, { headers: { 'content-type': type } }).formData();
  } catch {
    throw new AwsError(
      'MalformedPOSTRequest',
      'The body of your POST request is not well-formed multipart/form-data.',
    );
  }
  const fields = new Map<string, string>();
  let file: File | undefined;
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.set(name.toLowerCase(), value);
    else if (name.toLowerCase() === 'file') file = value;
  }
  if (!file) throw s3Errors.invalidArgument('POST requires exactly one file upload per request.');
  return { fields, file };
}

function checkPolicy(fields: ReadonlyMap<string, string>, bucket: string, key: string, size: number): void {
  const [policy, credential, signature] = ['policy', 'x-amz-credential', 'x-amz-signature'].map((name) =>
    fields.get(name),
  );
  if (!policy || !credential || !signature) throw s3Errors.accessDenied();
  verify(scopeOf(credential), policy, signature);
  const { expiration, conditions } = parsePolicy(policy);
  if (!(Date.parse(expiration) > Date.now()))
    throw s3Errors.accessDenied('Invalid according to Policy: Policy expired.');
  const values = new Map([...fields, ['bucket', bucket], ['key', key]]);
  for (const condition of conditions) checkCondition(condition, values, size);
  const covered = new Set(conditions.map(([, field]) => String(field).replace(/^\$/, '').toLowerCase()));
  for (const name of fields.keys()) {
    if (!covered.has(name) && !uncovered.has(name) && !name.startsWith('x-ignore-')) {
      throw s3Errors.accessDenied(`Invalid according to Policy: Extra input fields: ${name}`);
    }
  }
}

function checkCondition(condition: Condition, values: ReadonlyMap<string, string>, size: number): void {
  const [operator, first, second] = condition;
  if (operator === 'content-length-range') {
    if (size > Number(second)) {
      throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
        ProposedSize: size,
        MaxSizeAllowed: second,
      });
    }
    if (size < Number(first)) {
      throw new AwsError(
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
        400,
        {
          ProposedSize: size,
          MinSizeAllowed: first,
        },
      );
    }
    return;
  }
  const value = values.get(String(first).replace(/^\$/, '').toLowerCase()) ?? '';
  const wanted = String(second);
  if (operator === 'eq' ? value === wanted : operator === 'starts-with' && value.startsWith(wanted)) return;
  throw s3Errors.accessDenied(
    `Invalid according to Policy: Policy Condition failed: ${JSON.stringify(condition)}`,
  );
}

/** Conditions given as `{"field": "value"}` become `["eq", "$field", "value"]`. */
function parsePolicy(policy: string): { expiration: string; conditions: Condition[] } {
  const malformed = new AwsError('InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
  } catch {
    throw malformed;
  }
  const { expiration, conditions } = (parsed ?? {}) as { expiration?: unknown; conditions?: unknown };
  if (typeof expiration !== 'string' || !Array.isArray(conditions)) throw malformed;
  const list = conditions as readonly (Condition | Readonly<Record<string, string>>)[];
  return {
    expiration,
    conditions: list.flatMap((each): Condition[] =>
      isTuple(each) ? [each] : Object.entries(each).map(([field, value]) => ['eq', `$${field}`, value]),
    ),
  };
}

function isTuple(condition: Condition | Readonly<Record<string, string>>): condition is Condition {
  return Array.isArray(condition);
}
