/**
 * Reads along with a client's frames (RFC 6455 section 5.2), because API Gateway limits the size of a frame and the
 * WebSocket library knows only messages. Tells of the first frame whose payload is larger than the limit.
 */
export class FrameGuard {
  private header = Buffer.alloc(0);
  /** Bytes of the current frame's payload that are still to come. */
  private remaining = 0;

  constructor(private readonly limit: number) {}

  /** Whether a frame that begins in `chunk` is too large. */
  exceeds(chunk: Buffer): boolean {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.remaining > 0) {
        const skipped = Math.min(this.remaining, chunk.length - offset);
        this.remaining -= skipped;
        offset += skipped;
        continue;
      }
      const taken = chunk.subarray(offset, offset + longestHeader - this.header.length);
      const known = this.header.length === 0 ? taken : Buffer.concat([this.header, taken]);
      const frame = parseHeader(known);
      if (!frame) {
        this.header = Buffer.from(known);
        return false;
      }
      if (frame.payload > this.limit) return true;
      offset += frame.size - this.header.length;
      this.header = Buffer.alloc(0);
      this.remaining = frame.payload;
    }
    return false;
  }
}

const longestHeader = 14;

function parseHeader(bytes: Buffer): { size: number; payload: number } | undefined {
  if (bytes.length < 2) return undefined;
  const second = bytes.readUInt8(1);
  const mask = second & 0x80 ? 4 : 0;
  const short = second & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const size = 2 + extended + mask;
  if (bytes.length < size) return undefined;
  if (extended === 2) return { size, payload: bytes.readUInt16BE(2) };
  return { size, payload: extended === 8 ? Number(bytes.readBigUInt64BE(2)) : short };
}
