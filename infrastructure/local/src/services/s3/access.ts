import type { Buckets } from './buckets';
import { s3Errors } from './errors';
import type { ObjectRequest } from './objects';
import { verifyPresigned } from './signature';

/**
 * Requests signed in their headers are the developer's own tools and services: they may do anything, their signature
 * is not checked. Presigned URLs are handed to browsers: signature and expiry are checked. Without either, objects of
 * public buckets can be read, and forms bring a signed policy of their own.
 * Returns whether the caller is known by a signature.
 */
export function authorise(buckets: Buckets, { request, bucket, key }: ObjectRequest): 'signed' | 'anonymous' {
  const { headers, query, method } = request;
  if (headers.authorization?.startsWith('AWS4-')) return 'signed';
  if (query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm')) {
    verifyPresigned(request);
    return 'signed';
  }
  if (bucket === '') throw s3Errors.accessDenied();
  const { publicRead } = buckets.get(bucket);
  const isForm =
    method === 'POST' && key === '' && String(headers['content-type']).startsWith('multipart/form-data');
  if (isForm) return 'anonymous';
  const reads = (method === 'GET' || method === 'HEAD') && key !== '';
  // Who may not list a bucket does not learn which keys it lacks.
  if (!reads || !publicRead || !buckets.findObject(bucket, key)) throw s3Errors.accessDenied();
  if ([...query.keys()].some((name) => name.startsWith('response-'))) {
    throw s3Errors.invalidRequest(
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
  return 'anonymous';
}
