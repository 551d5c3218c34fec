import type { Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadArtefacts, type Loaded } from './artefacts/load';
import { watchSources } from './artefacts/watch';
import { applyChanges, type Reloadable } from './cloud/reload';
import { createServices } from './cloud/services';
import { createEndpoint } from './endpoint/server';
import { ownHosts } from './endpoint/visitors';
import { createGateway, type Gateway } from './gateway';
import type { WebSocketLimits } from './gateway/websocket/limits';
import type { CloudContext, Ports } from './ports';
import { createSearch } from './search';
import { createLocal } from './services/local';
import { Store } from './store/store';

export interface CloudOptions {
  /** The repository with the artefacts; see load.ts. */
  readonly root: string;
  readonly dataDirectory: string;
  readonly logDirectory?: string;
  /** 0: any free port. */
  readonly awsPort: number;
  readonly gatewayPort: number;
  readonly searchPort: number;
  /** SSM parameters and secrets that Terraform would have made. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Take on saved artefacts and code while running. */
  readonly watch: boolean;
  /** Have the functions behind queues and state machines ready before the first event comes. */
  readonly warm?: boolean;
  /** Names beside those of this machine under which it may be called, as in ALLOWED_HOSTS. */
  readonly allowedHosts?: string;
  readonly webSocketLimits?: Partial<WebSocketLimits>;
}

export interface Cloud {
  readonly urls: {
    readonly aws: string;
    readonly gateway: string;
    readonly websocket: string;
    readonly opensearch: string;
  };
  close(): Promise<void>;
}

const host = '127.0.0.1';
const region = 'ap-northeast-1';
const accountId = '000000000000';
const drainMs = 2_000;

/**
 * Starts the local cloud: every service behind the AWS endpoint, the gateway and the search server.
 * Where something fails (a taken port, an invalid artefact), what had started is stopped again.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const started = new Started();
  try {
    return { urls: await start(options, started), close: () => started.stop() };
  } catch (error) {
    await started.stop();
    throw error;
  }
}

async function start(options: CloudOptions, started: Started): Promise<Cloud['urls']> {
  const awsPort = await portFor(options.awsPort);
  const gatewayPort = await portFor(options.gatewayPort);
  const searchPort = await portFor(options.searchPort);
  const aws = `http://localhost:${awsPort}`;
  const gatewayUrl = `http://localhost:${gatewayPort}`;
  const load = (): Loaded =>
    loadArtefacts({
      root: options.root,
      region,
      accountId,
      endpointUrl: aws,
      gatewayUrl,
      parameters: options.parameters,
      secrets: options.secrets,
      warn: (message) => console.error(`local cloud: ${message}`),
    });
  const artefacts = load();
  await mkdir(options.dataDirectory, { recursive: true });
  const store = await Store.open(join(options.dataDirectory, 'store'));
  started.add(() => store.close());
  const context: CloudContext = { region, accountId, endpointUrl: aws, store, ports: {} as Ports };
  const services = await createServices(context, artefacts, options);
  const isOwnHost = ownHosts(options.allowedHosts);
  const gateway = createGateway(artefacts, {
    functions: () => context.ports.functions,
    isOwnHost,
    ...(options.webSocketLimits ? { limits: options.webSocketLimits } : {}),
  });
  const health = (): object => ({ services: services.all.map(({ name }) => name) });
  const local = createLocal({ pages: services.pages, health });
  const endpoint = createEndpoint([...services.all, gateway.management, local], isOwnHost);
  await listen(endpoint, awsPort);
  started.add(() => closeServer(endpoint));
  const search = await createSearch(store, isOwnHost);
  await listen(search, searchPort);
  started.add(() => closeServer(search));
  // Functions may call anything as soon as their queues are read, so this comes after the servers.
  for (const service of services.all) {
    await service.start?.();
    started.add(async () => service.stop?.());
  }
  await listen(gateway.server, gatewayPort);
  started.add(() => gateway.close(drainMs));
  if (options.watch) started.add(reload(load, artefacts, services, gateway));
  return {
    aws,
    gateway: gatewayUrl,
    websocket: gatewayUrl.replace(/^http/, 'ws'),
    opensearch: `http://localhost:${searchPort}`,
  };
}

/** What runs, to be stopped in the opposite order: intake first, the store last. */
class Started {
  private readonly stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  /** Stops everything even where one part fails; throws the first failure. A second call has nothing to do. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let stop = this.stops.pop(); stop; stop = this.stops.pop()) {
      await stop().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Reapplies the artefacts when they are saved; an invalid one is reported and leaves everything as it is. */
function reload(
  load: () => Loaded,
  initial: Loaded,
  services: Reloadable,
  gateway: Gateway,
): () => Promise<void> {
  let current = initial;
  let running = Promise.resolve();
  let ended = false;
  const report = (message: string): void => console.error(`local cloud: ${message}`);
  const apply = async (): Promise<void> => {
    if (ended) return;
    try {
      const changed = load();
      const notes = await applyChanges(current, changed, services);
      gateway.apply(changed);
      current = changed;
      report(['artefacts reloaded', ...notes].join('; '));
      unwatch();
      unwatch = watchSources(changed.sources, queue);
    } catch (error) {
      report(`not reloaded: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const queue = (): void => {
    running = running.then(apply);
  };
  let unwatch = watchSources(initial.sources, queue);
  return async () => {
    ended = true;
    await running;
    unwatch();
  };
}

/** The wished port, or with 0 one that is free right now; the URL must be known before anything is served. */
async function portFor(wished: number): Promise<number> {
  if (wished !== 0) return wished;
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, host, resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
