import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Endpoints {
  readonly storefront: string;
  readonly gateway: string;
  readonly websocket: string;
  readonly coreApi: string;
  readonly stockService: string;
  readonly aws: string;
  readonly opensearch: string;
  readonly postgres: string;
  readonly redis: string;
}

/** The files of one local installation (by default `.local/`). */
export class LocalState {
  constructor(readonly directory: string) {}

  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  prepare(): void {
    mkdirSync(this.path('logs'), { recursive: true });
  }

  /** Removes data, logs and keys. */
  reset(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  writeEndpoints(endpoints: Endpoints): void {
    writeAtomically(this.path('endpoints.json'), `${JSON.stringify(endpoints, null, 2)}\n`);
  }
  removeEndpoints(): void {
    rmSync(this.path('endpoints.json'), { force: true });
  }

  writeProcesses(processes: Readonly<Record<string, number>>): void {
    writeAtomically(this.path('processes.json'), JSON.stringify(processes));
  }

  /** The launcher of this directory if it is alive. */
  runningLauncher(): number | undefined {
    const pid = this.readProcesses().launcher;
    return pid !== undefined && commandOf(pid).includes('run.mjs') ? pid : undefined;
  }

  /** Ends what a launcher that was itself killed left behind. Pids are only trusted with the command they belong to. */
  endLeftovers(): void {
    for (const [name, pid] of Object.entries(this.readProcesses())) {
      const command = commandOf(pid);
      if (
        name !== 'launcher' &&
        (command.includes(this.directory) ||
          /core-api|stock-service|infrastructure\/local|vite/.test(command))
      ) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // it has just ended
        }
      }
    }
    rmSync(this.path('processes.json'), { force: true });
  }

  /** The key pair that signs access tokens, made once per installation. RFC 7518 ES256. */
  signingKeys(): string {
    const file = this.path('jwt-keys.json');
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' };
      writeFileSync(file, JSON.stringify({ keys: [key] }), { mode: 0o600 });
    }
    return readFileSync(file, 'utf8');
  }

  /** The secret by which functions read order intakes at core-api, made once per installation. */
  internalToken(): string {
    const file = this.path('internal-token');
    if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
    return readFileSync(file, 'utf8');
  }

  private readProcesses(): Record<string, number> {
    const file = this.path('processes.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function writeAtomically(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}
