import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { removeLinked } from '../lib/server-user';
import { endProcess, identify, isAlive, type ProcessIdentity } from './process-identity';

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

type Processes = Readonly<Record<string, ProcessIdentity>>;

/** `launcher` and what it started, with room to spare: see {@link LocalState.writeProcesses}. */
const processesBytes = 4096;

/** The files of one local installation (by default `.local/`). They hold keys and people's data: nobody else's to read. */
export class LocalState {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = resolve(directory);
  }

  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  prepare(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    mkdirSync(this.path('logs'), { recursive: true, mode: 0o700 });
    // Of an earlier version. A directory that was somebody's before is not ours to close.
    if (existsSync(this.path('jwt-keys.json')))
      for (const directory of [this.directory, this.path('logs')]) chmodSync(directory, 0o700);
    // Of a launcher that was killed.
    this.removeEndpoints();
    writeFileSync(this.path('processes.json'), ''.padEnd(processesBytes), { mode: 0o600 });
  }

  /** Removes data, logs and keys. */
  reset(): void {
    removeLinked(this.path('postgres'));
    rmSync(this.directory, { recursive: true, force: true });
  }

  writeEndpoints(endpoints: Endpoints): void {
    const file = this.path('endpoints.json');
    writeFileSync(`${file}.tmp`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }
  removeEndpoints(): void {
    rmSync(this.path('endpoints.json'), { force: true });
  }

  /** What runs, for the next start. Written in place, so that a full disk takes it too. */
  writeProcesses(pids: Readonly<Record<string, number>>): void {
    const known = Object.entries(pids).flatMap(([name, pid]) => {
      const identity = identify(pid);
      return identity ? [[name, identity] as const] : [];
    });
    const file = openSync(this.path('processes.json'), 'r+');
    try {
      writeSync(file, JSON.stringify(Object.fromEntries(known)).padEnd(processesBytes), 0);
    } finally {
      closeSync(file);
    }
  }

  /** The launcher of this directory if it is alive. */
  runningLauncher(): number | undefined {
    const { launcher } = this.readProcesses();
    return launcher && isAlive(launcher) ? launcher.pid : undefined;
  }

  /** Ends what a launcher that was itself killed left behind. */
  async endLeftovers(): Promise<void> {
    const { launcher: _, ...started } = this.readProcesses();
    await Promise.all(Object.values(started).map(endProcess));
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

  private readProcesses(): Processes {
    try {
      return JSON.parse(readFileSync(this.path('processes.json'), 'utf8')) as Processes;
    } catch {
      return {};
    }
  }
}
