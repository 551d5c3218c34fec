import { AwsError } from '../../endpoint/aws';
import { s3Errors } from './errors';

interface Version {
  readonly etag: string;
  readonly lastModified: number;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * RFC 9110 section 13.2.2 for reads: 304 where the client has the current version already.
 * Throws PreconditionFailed (412).
 */
export function conditionalAnswer(headers: Headers, { etag, lastModified }: Version): 304 | undefined {
  const seconds = Math.floor(lastModified / 1000) * 1000;
  const [match, noneMatch] = [header(headers, 'if-match'), header(headers, 'if-none-match')];
  const [since, unmodified] = [header(headers, 'if-modified-since'), header(headers, 'if-unmodified-since')];
  if (match !== undefined) {
    if (!matches(match, etag)) throw s3Errors.preconditionFailed('If-Match');
  } else if (unmodified !== undefined && seconds > Date.parse(unmodified)) {
    throw s3Errors.preconditionFailed('If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return matches(noneMatch, etag) ? 304 : undefined;
  return since !== undefined && seconds <= Date.parse(since) ? 304 : undefined;
}

/** For writes: If-None-Match: * and If-Match. */
export function requirePreconditions(headers: Headers, current: Version | undefined, key: string): void {
  const match = header(headers, 'if-match');
  if (match !== undefined && !current) throw s3Errors.noSuchKey(key);
  if (match !== undefined && current && !matches(match, current.etag))
    throw s3Errors.preconditionFailed('If-Match');
  if (header(headers, 'if-none-match') === '*' && current) throw s3Errors.preconditionFailed('If-None-Match');
}

function matches(list: string, etag: string): boolean {
  return list.split(',').some((entry) => {
    const wanted = entry.trim().replace(/^W\//, '');
    return wanted === '*' || wanted === etag || `"${wanted}"` === etag;
  });
}

/** One byte range, ends included. Several ranges, or what is not a range, mean the whole. Throws InvalidRange (416). */
export function selectRange(
  range: string | undefined,
  size: number,
): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size || (first === '' && Number(last) === 0)) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
      RangeRequested: range,
      ActualObjectSize: size,
    });
  }
  return { start, end };
}
