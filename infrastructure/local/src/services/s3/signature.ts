import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError, type AwsRequest } from '../../endpoint/aws';
import { s3Errors } from './errors';

/** The one key pair of the local cloud. */
export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

const algorithm = 'AWS4-HMAC-SHA256';
const longestLife = 7 * 24 * 3600;

/**
 * Checks a presigned URL (SigV4 in the query). Throws what S3 throws.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function verifyPresigned(request: AwsRequest, now = Date.now()): void {
  const { query, headers } = request;
  const [credential, date, signed, given] = ['Credential', 'Date', 'SignedHeaders', 'Signature'].map((name) =>
    query.get(`X-Amz-${name}`),
  );
  if (query.get('X-Amz-Algorithm') !== algorithm || !credential || !date || !signed || !given) {
    throw parametersError(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const life = Number(query.get('X-Amz-Expires') ?? NaN);
  if (!(life >= 0 && life <= longestLife)) {
    throw parametersError(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const signedAt = instant(date);
  if (now > signedAt + life * 1000) throw s3Errors.accessDenied('Request has expired');
  if (now < signedAt - 15 * 60_000) throw s3Errors.accessDenied('Request is not valid yet');
  const names = signed.split(';');
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !names.includes(name));
  if (!names.includes('host') || unsigned.length > 0) {
    throw s3Errors.accessDenied('There were headers present in the request which were not signed');
  }
  const canonical = [
    request.method,
    encodePath(request.path),
    canonicalQuery(query),
    ...names.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signed,
    String(headers['x-amz-content-sha256'] ?? query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD'),
  ].join('\n');
  const scope = scopeOf(credential);
  const hash = createHash('sha256').update(canonical).digest('hex');
  verify(scope, [algorithm, date, scope.join('/'), hash].join('\n'), given);
}

/** Checks `signature` over `text` with the local key pair, for the scope [date, region, service, aws4_request]. */
export function verify(scope: readonly string[], text: string, signature: string): void {
  const key = scope.reduce<string | Buffer>(
    (derived, part) => createHmac('sha256', derived).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(text).digest();
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    );
  }
}

/** `<key id>/<date>/<region>/s3/aws4_request` without the key id, which must be ours. */
export function scopeOf(credential: string): string[] {
  const [keyId, ...scope] = credential.split('/');
  if (keyId !== credentials.accessKeyId) {
    throw new AwsError(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      403,
      {
        AWSAccessKeyId: keyId,
      },
    );
  }
  if (scope.length !== 4) throw parametersError('Error parsing the X-Amz-Credential parameter');
  return scope;
}

/** Milliseconds of `20260101T000000Z`. */
function instant(date: string): number {
  const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(iso);
  if (Number.isNaN(time))
    throw parametersError("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  return time;
}

function parametersError(message: string): AwsError {
  return new AwsError('AuthorizationQueryParametersError', message);
}

function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
