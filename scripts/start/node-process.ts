import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, readFileSync, existsSync } from 'node:fs';
import { endUnless } from '../lib/redis';

export interface NodeProcessOptions {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Resolves when the process answers; is tried again until then. */
  readonly ready: { readonly url: string } | { readonly line: RegExp };
  readonly timeoutMs?: number;
  /** Gets the process as soon as it is there; one that does not become ready is ended. */
  readonly spawned: (child: ChildProcess) => void;
}

/** What a service may see of our own environment; everything else it is told explicitly. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];

/** Starts `node <args>` with its output in a log file, and waits until it is ready. */
export async function startNode(options: NodeProcessOptions): Promise<void> {
  const log = openSync(options.logFile, 'a', 0o600);
  const environment = Object.fromEntries(
    inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const fromOutput = 'line' in options.ready;
  const child = spawn(process.execPath, options.args, {
    cwd: options.cwd,
    env: { ...environment, ...options.env },
    stdio: ['ignore', fromOutput ? 'pipe' : log, log],
    // Its own process group: Ctrl-C reaches only the launcher, which stops the services in order.
    detached: true,
  });
  closeSync(log);
  options.spawned(child);
  const over = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`ended with ${signal ?? `code ${code}`}\n${tail(options.logFile)}`)),
    );
  });
  const late = new Promise<never>((_, reject) => {
    AbortSignal.timeout(options.timeoutMs ?? 60_000).addEventListener('abort', () =>
      reject(new Error(`did not become ready\n${tail(options.logFile)}`)),
    );
  });
  const ready =
    'line' in options.ready
      ? untilLine(child, options.ready.line)
      : untilHttp(options.ready.url, over.signal);
  try {
    await endUnless(child, Promise.race([ready, ended, late]));
  } finally {
    over.abort();
  }
}

function untilLine(child: ChildProcess, pattern: RegExp): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      if (text === 'done') return;
      text += chunk.toString();
      if (pattern.test(text)) {
        text = 'done';
        resolve();
      }
    });
  });
}

async function untilHttp(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(url, { signal });
      if (response.ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-25).join('\n') : '';
}
