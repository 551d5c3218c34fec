/**
 * Log lines travel from a worker to the host through shared memory. They cost no message per line, and the host can
 * still read the lines of a thread that hangs in a loop and has to be terminated. What does not fit goes by message.
 *
 * Header: [0] bytes written in this round, [1] number of the round (one per invocation).
 */
const headerBytes = 8;
const capacity = 64 * 1024;

const fieldSeparator = '\u001f';
const recordSeparator = '\u001e';

export interface LogRecord {
  readonly timestamp: number;
  readonly message: string;
}

export function createLogMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(headerBytes + capacity);
}

/** The worker's side. */
export class LogWriter {
  private readonly header: Int32Array;
  private readonly bytes: Buffer;
  private used = 0;
  private full = false;

  constructor(
    memory: SharedArrayBuffer,
    private readonly overflow: (records: string) => void,
  ) {
    this.header = new Int32Array(memory, 0, 2);
    this.bytes = Buffer.from(memory, headerBytes, capacity);
  }

  write(message: string): void {
    const record = `${Date.now()}${fieldSeparator}${message}${recordSeparator}`;
    if (!this.full) {
      const size = Buffer.byteLength(record);
      if (this.used + size <= capacity) {
        this.bytes.write(record, this.used);
        this.used += size;
        Atomics.store(this.header, 0, this.used);
        return;
      }
      this.full = true;
    }
    this.overflow(record);
  }

  /** A new invocation begins. `read`: how much of the last round the host has seen; the rest is sent by message. */
  begin(read: number): void {
    if (this.used > read) this.overflow(this.bytes.toString('utf8', read, this.used));
    this.used = 0;
    this.full = false;
    Atomics.store(this.header, 0, 0);
    Atomics.add(this.header, 1, 1);
  }
}

/** The host's side. */
export class LogReader {
  private readonly header: Int32Array;
  private readonly bytes: Buffer;
  private round = 0;
  /** Bytes of this round that were read. */
  position = 0;

  constructor(memory: SharedArrayBuffer) {
    this.header = new Int32Array(memory, 0, 2);
    this.bytes = Buffer.from(memory, headerBytes, capacity);
  }

  /** Records written since the last call, still encoded; see {@link parseRecords}. */
  read(): string {
    const round = Atomics.load(this.header, 1);
    if (round !== this.round) {
      this.round = round;
      this.position = 0;
    }
    const written = Atomics.load(this.header, 0);
    if (written <= this.position) return '';
    const text = this.bytes.toString('utf8', this.position, written);
    this.position = written;
    return text;
  }
}

export function parseRecords(encoded: string): LogRecord[] {
  const records: LogRecord[] = [];
  let start = 0;
  for (let end = encoded.indexOf(recordSeparator); end >= 0; end = encoded.indexOf(recordSeparator, start)) {
    const middle = encoded.indexOf(fieldSeparator, start);
    records.push({
      timestamp: Number(encoded.slice(start, middle)),
      message: encoded.slice(middle + 1, end),
    });
    start = end + 1;
  }
  return records;
}
