import { AwsError } from '../../endpoint/aws';

/** A page of a list; the token is the position of the next one. */
export function page<T>(
  all: readonly T[],
  limit = 100,
  token?: string,
): { items: readonly T[]; next: { NextToken?: string } } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError('ValidationException', 'Parameter NextToken is not valid.');
  const end = start + limit;
  return {
    items: all.slice(start, end),
    next: end < all.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {},
  };
}
