import { format } from 'node:util';

type Write = (message: string) => void;

/**
 * Console lines get Lambda's prefix (time, request id, level); whatever is written to stdout or stderr directly
 * (Powertools, pino) is taken as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function captureOutput(write: Write, requestId: () => string): void {
  const leveled =
    (level: string) =>
    (...parameters: unknown[]): void => {
      write(`${new Date().toISOString()}\t${requestId()}\t${level}\t${format(...parameters)}`);
    };
  console.log = leveled('INFO');
  console.info = leveled('INFO');
  console.warn = leveled('WARN');
  console.error = leveled('ERROR');
  console.debug = leveled('DEBUG');
  console.trace = leveled('TRACE');
  replaceWrite(process.stdout, write);
  replaceWrite(process.stderr, write);
}

function replaceWrite(stream: NodeJS.WriteStream, write: Write): void {
  const replacement = (chunk: Uint8Array | string, encoding?: unknown, callback?: unknown): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    write(text.endsWith('\n') ? text.slice(0, -1) : text);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') queueMicrotask(() => (done as () => void)());
    return true;
  };
  stream.write = replacement;
}
