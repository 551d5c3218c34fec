import { createHash } from 'node:crypto';
import { AwsError, type AwsRequest } from '../../endpoint/aws';
import { verifiedChecksum, type Checksum } from './checksum';
import { s3Errors } from './errors';

export interface Body {
  readonly bytes: Buffer;
  readonly md5: Buffer;
  readonly checksum: Checksum | undefined;
}

/** The object in a PUT: out of aws-chunked if it came so, with every digest the client sent checked. */
export function readBody(request: AwsRequest): Body {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const chunked =
    header('content-encoding')
      ?.split(',')
      .some((part) => part.trim() === 'aws-chunked') ||
    header('x-amz-content-sha256')?.startsWith('STREAMING-');
  const { bytes, trailers } = chunked
    ? decodeChunked(request.body)
    : { bytes: request.body, trailers: new Map<string, string>() };
  const expected = header('x-amz-decoded-content-length');
  if (expected !== undefined && Number(expected) !== bytes.length) {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header.',
    );
  }
  const md5 = createHash('md5').update(bytes).digest();
  const claimed = header('content-md5');
  if (claimed !== undefined && claimed !== md5.toString('base64')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const sha256 = header('x-amz-content-sha256');
  if (
    sha256 &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    sha256 !== createHash('sha256').update(bytes).digest('hex')
  ) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return { bytes, md5, checksum: verifiedChecksum((name) => header(name) ?? trailers.get(name), bytes) };
}

/** `<hex length>[;chunk-signature=...]CRLF <bytes> CRLF ... 0 CRLF <trailer>:<value> CRLF`. Chunk signatures are not checked. */
function decodeChunked(body: Buffer): { bytes: Buffer; trailers: Map<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = body.indexOf('\r\n', at);
    const text = body.toString('latin1', at, end < 0 ? body.length : end);
    at = end < 0 ? body.length : end + 2;
    return text;
  };
  for (;;) {
    const size = Number.parseInt(line(), 16);
    if (!(size >= 0) || at + size > body.length) {
      throw s3Errors.invalidRequest('The request body is not a valid aws-chunked stream');
    }
    if (size === 0) break;
    chunks.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const trailers = new Map<string, string>();
  while (at < body.length) {
    const [name, value] = split(line());
    if (value !== undefined) trailers.set(name.toLowerCase(), value);
  }
  return { bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), trailers };
}

function split(text: string): [string, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1).trim()];
}
