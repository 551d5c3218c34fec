import { AwsError, type AwsRequest, type AwsResponse } from '../../endpoint/aws';
import type { Buckets, CorsRule } from './buckets';
import { s3Errors } from './errors';
import { document, listOf, parseXml, textOf, textsOf } from './xml';

/** CORS headers for an answer to a browser; none where no rule fits. */
export function corsHeaders(rules: readonly CorsRule[], request: AwsRequest): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined) return {};
  const rule = rules.find((each) => fits(each, origin, request.method));
  return rule ? granted(rule, origin) : {};
}

/** Answers OPTIONS. */
export function preflight(rules: readonly CorsRule[], request: AwsRequest): AwsResponse {
  const { origin } = request.headers;
  const method = request.headers['access-control-request-method'];
  if (origin === undefined || typeof method !== 'string') {
    throw s3Errors.invalidRequest('Insufficient information. Origin request header needed.');
  }
  const wanted = String(request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const rule = rules.find(
    (each) =>
      fits(each, origin, method) &&
      wanted.every((name) => each.allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
  if (!rule) {
    throw new AwsError('AccessForbidden', 'CORSResponse: This CORS request is not allowed.', 403);
  }
  return {
    status: 200,
    headers: {
      ...granted(rule, origin),
      ...(wanted.length > 0 && { 'access-control-allow-headers': wanted.join(', ') }),
      ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    },
  };
}

function fits(rule: CorsRule, origin: string, method: string): boolean {
  return (
    rule.allowedMethods.includes(method) && rule.allowedOrigins.some((pattern) => matches(pattern, origin))
  );
}

function granted(rule: CorsRule, origin: string): Record<string, string> {
  const any = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(!any && { 'access-control-allow-credentials': 'true' }),
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(rule.exposeHeaders.length > 0 && { 'access-control-expose-headers': rule.exposeHeaders.join(', ') }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** At most one `*`. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  return (
    text.length >= pattern.length - 1 &&
    text.startsWith(pattern.slice(0, star)) &&
    text.endsWith(pattern.slice(star + 1))
  );
}

export function putCors(buckets: Buckets, bucket: string, body: Buffer): void {
  const rules = listOf(parseXml(body, 'CORSConfiguration').CORSRule).map((rule): CorsRule => {
    const maxAge = textOf(rule.MaxAgeSeconds);
    return {
      allowedOrigins: textsOf(rule.AllowedOrigin),
      allowedMethods: textsOf(rule.AllowedMethod),
      allowedHeaders: textsOf(rule.AllowedHeader),
      exposeHeaders: textsOf(rule.ExposeHeader),
      ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
    };
  });
  if (
    rules.length === 0 ||
    rules.some((rule) => rule.allowedOrigins.length === 0 || rule.allowedMethods.length === 0)
  ) {
    throw s3Errors.malformedXml();
  }
  buckets.change(bucket, { cors: rules });
}

export function getCors(buckets: Buckets, bucket: string): string {
  const { cors } = buckets.get(bucket);
  if (cors.length === 0) {
    throw new AwsError('NoSuchCORSConfiguration', 'The CORS configuration does not exist', 404, {
      BucketName: bucket,
    });
  }
  return document('CORSConfiguration', {
    CORSRule: cors.map((rule) => ({
      AllowedHeader: rule.allowedHeaders,
      AllowedMethod: rule.allowedMethods,
      AllowedOrigin: rule.allowedOrigins,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  });
}
