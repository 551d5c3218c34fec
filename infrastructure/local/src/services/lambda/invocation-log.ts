import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { LogPort } from '../../ports';
import { parseRecords, type LogRecord } from './runtime/log-channel';
import type { Environment, Outcome } from './hosting/environment';
import { logGroupOf } from './variables';

const maximumFile = 16 * 1024 * 1024;
const tailBytes = 4096;
/** Lines go to the file together: soon enough for whoever reads along, and not a system call per invocation. */
const fileDelayMs = 50;

/** Writes to the function's log group and, where a directory is given, to `<directory>/<function>.log` for `tail -f`. */
export class InvocationLogs {
  private readonly files = new Map<string, WriteStream>();
  private readonly unwritten = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly port: () => LogPort,
    private readonly directory: string | undefined,
  ) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
  }

  write(functionName: string, stream: string, records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    this.port().write(logGroupOf(functionName), stream, records);
    if (this.directory === undefined) return;
    let text = this.unwritten.get(functionName) ?? '';
    for (const { message } of records) text += message.endsWith('\n') ? message : `${message}\n`;
    this.unwritten.set(functionName, text);
    this.timer ??= setTimeout(() => this.writeFiles(), fileDelayMs);
  }

  async close(): Promise<void> {
    this.writeFiles();
    const open = [...this.files.values()];
    this.files.clear();
    await Promise.all(open.map((file) => new Promise<void>((resolve) => file.end(resolve))));
  }

  private writeFiles(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.directory === undefined) return;
    for (const [functionName, text] of this.unwritten) this.file(functionName, this.directory).write(text);
    this.unwritten.clear();
  }

  private file(functionName: string, directory: string): WriteStream {
    const existing = this.files.get(functionName);
    if (existing) return existing;
    const path = join(directory, `${functionName}.log`);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maximumFile) renameSync(path, `${path}.1`);
    const file = createWriteStream(path, { flags: 'a' });
    file.on('error', (error) => console.error(`${path}: ${error.message}`));
    this.files.set(functionName, file);
    return file;
  }
}

/** The lines of one invocation: START, what the function writes, END, REPORT. */
export class InvocationLog {
  private started = false;
  private kept: LogRecord[] | undefined;

  constructor(
    private readonly logs: InvocationLogs,
    private readonly functionName: string,
    private readonly requestId: string,
    keepTail: boolean,
  ) {
    if (keepTail) this.kept = [];
  }

  /** Writes what has come up to now; for invocations that take long enough for somebody to watch. */
  flush(environment: Environment): void {
    this.emit(environment, this.take(environment));
  }

  finish(environment: Environment, outcome: Outcome, initMs: number | undefined): void {
    const records = this.take(environment);
    const timestamp = Date.now();
    if (outcome.kind === 'timed-out' || outcome.kind === 'crashed') {
      const { errorMessage } = JSON.parse(outcome.payload) as { errorMessage: string };
      const text = errorMessage.replace(/^RequestId: \S+ (Error: )?/, '');
      records.push({
        timestamp,
        message: `${new Date(timestamp).toISOString()} ${this.requestId} ${text}\n`,
      });
    }
    records.push({ timestamp, message: `END RequestId: ${this.requestId}\n` });
    records.push({ timestamp, message: this.report(environment, outcome, initMs) });
    this.emit(environment, records);
  }

  /** The last 4 KB, base64. */
  tail(): string {
    const text = (this.kept ?? [])
      .map(({ message }) => (message.endsWith('\n') ? message : `${message}\n`))
      .join('');
    return Buffer.from(text).subarray(-tailBytes).toString('base64');
  }

  private take(environment: Environment): LogRecord[] {
    const written = parseRecords(environment.takeLogs());
    if (this.started) return written;
    this.started = true;
    const start = {
      timestamp: written[0]?.timestamp ?? Date.now(),
      message: `START RequestId: ${this.requestId} Version: $LATEST\n`,
    };
    return [start, ...written];
  }

  private emit(environment: Environment, records: readonly LogRecord[]): void {
    this.logs.write(this.functionName, environment.logStream, records);
    this.kept?.push(...records);
  }

  private report(environment: Environment, outcome: Outcome, initMs: number | undefined): string {
    const duration = outcome.durationMs.toFixed(2);
    const used = Math.max(1, Math.round(environment.heapUsed / 1_048_576));
    const init = initMs === undefined ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`;
    const status =
      outcome.kind === 'timed-out'
        ? 'Status: timeout\t'
        : outcome.kind === 'crashed'
          ? 'Status: error\t'
          : '';
    return (
      `REPORT RequestId: ${this.requestId}\tDuration: ${duration} ms\tBilled Duration: ${Math.ceil(outcome.durationMs + (initMs ?? 0))} ms\t` +
      `Memory Size: ${environment.memoryMb} MB\tMax Memory Used: ${used} MB\t${init}${status}\n`
    );
  }
}
