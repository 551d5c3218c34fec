import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../endpoint/aws';
import { s3Errors } from './errors';

export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** base64; of a multipart object `<checksum of the parts' checksums>-<number of parts>`. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

const algorithms: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

export function headerOf(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** What a request claims of its body, in its headers or its trailers; checked. Throws BadDigest. */
export function verifiedChecksum(
  claims: (header: string) => string | undefined,
  body: Buffer,
): Checksum | undefined {
  for (const algorithm of algorithms) {
    const claimed = claims(headerOf(algorithm));
    if (claimed === undefined) continue;
    const value = digest(algorithm, body);
    if (value !== claimed) {
      throw new AwsError(
        'BadDigest',
        `The ${algorithm} you specified did not match the calculated checksum.`,
      );
    }
    return { algorithm, value, type: 'FULL_OBJECT' };
  }
  return undefined;
}

/** `x-amz-checksum-algorithm` and `x-amz-sdk-checksum-algorithm`. */
export function checksumAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const known = algorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (!known) throw s3Errors.invalidRequest(`Checksum algorithm ${name} is not known`);
  return known;
}

export function digest(algorithm: ChecksumAlgorithm, body: Buffer): string {
  switch (algorithm) {
    case 'CRC32':
      return word(crc32(body));
    case 'CRC32C':
      return word(crc32c(body));
    case 'CRC64NVME':
      return crc64(body);
    default:
      return createHash(algorithm.toLowerCase()).update(body).digest('base64');
  }
}

function word(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString('base64');
}

const table32c = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(body: Buffer): number {
  let value = 0xffffffff;
  for (const byte of body) value = (value >>> 8) ^ (table32c[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}

/** Reflected polynomial of CRC-64/NVME, in halves: 64-bit arithmetic with BigInt would be many times slower. */
const [polynomialHigh, polynomialLow] = [0x9a6c9329, 0xac4bc9b5];
const tableHigh = new Uint32Array(256);
const tableLow = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let [high, low] = [0, byte];
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) [high, low] = [high ^ polynomialHigh, low ^ polynomialLow];
  }
  tableHigh[byte] = high;
  tableLow[byte] = low;
}

function crc64(body: Buffer): string {
  let [high, low] = [0xffffffff, 0xffffffff];
  for (const byte of body) {
    const at = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (tableLow[at] ?? 0);
    high = (high >>> 8) ^ (tableHigh[at] ?? 0);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(~high >>> 0, 0);
  bytes.writeUInt32BE(~low >>> 0, 4);
  return bytes.toString('base64');
}
