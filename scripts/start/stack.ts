import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../lib/ports';
import { startPostgres } from '../lib/postgres';
import { startRedis } from '../lib/redis';
import { startNode } from './node-process';
import type { Endpoints, LocalState } from './state';
import { Supervised, type ProcessEvent } from './supervised';

const root = join(import.meta.dirname, '../..');
const region = 'ap-northeast-1';
const account = '000000000000';

export interface StackOptions {
  readonly state: LocalState;
  readonly onEvent?: (event: ProcessEvent) => void;
  /** Ports to try first; by default those of the README. */
  readonly ports?: Partial<Record<PortName, number>>;
  /** Without the storefront (tests of the back end). */
  readonly storefront?: boolean;
  /** Further environment for single processes, e.g. rate limits for a benchmark. */
  readonly environment?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type PortName =
  'storefront' | 'gateway' | 'coreApi' | 'stockService' | 'aws' | 'opensearch' | 'postgres' | 'redis';

const defaultPorts: Record<PortName, number> = {
  storefront: 5173,
  gateway: 3001,
  coreApi: 3000,
  stockService: 3002,
  aws: 4566,
  opensearch: 9200,
  // Always its own: a Postgres or Redis of the machine on the usual port stays untouched.
  postgres: 0,
  redis: 0,
};

/** Everything `npm start` runs, as one thing that can be started, killed in parts and stopped. */
export class Stack {
  readonly endpoints: Endpoints;
  private readonly processes: Supervised[] = [];

  private constructor(
    private readonly options: StackOptions,
    private readonly ports: Record<PortName, number>,
    private readonly external: { postgres?: string | undefined; redis?: string | undefined },
  ) {
    const http = (port: number): string => `http://localhost:${port}`;
    this.endpoints = {
      storefront: http(ports.storefront),
      gateway: http(ports.gateway),
      websocket: `ws://localhost:${ports.gateway}`,
      coreApi: http(ports.coreApi),
      stockService: http(ports.stockService),
      aws: http(ports.aws),
      opensearch: http(ports.opensearch),
      postgres: external.postgres ?? `postgresql://postgres:password@127.0.0.1:${ports.postgres}/ecommerce`,
      redis: external.redis ?? `redis://127.0.0.1:${ports.redis}`,
    };
  }

  static async create(options: StackOptions): Promise<Stack> {
    const names = Object.keys(defaultPorts) as PortName[];
    const ports = {} as Record<PortName, number>;
    // One after the other, so that no free port is handed out twice.
    for (const name of names) ports[name] = await freePort(options.ports?.[name] ?? defaultPorts[name]);
    return new Stack(options, ports, { postgres: process.env.DATABASE_URL, redis: process.env.REDIS_URL });
  }

  /** Postgres, Redis and the local cloud: what the demo data is loaded into. */
  async startStores(): Promise<void> {
    const { state } = this.options;
    const databases: Promise<void>[] = [];
    if (!this.external.postgres) {
      databases.push(
        this.add('postgres', 'SIGINT', async () => {
          const { port, directory } = { port: this.ports.postgres, directory: state.path('postgres') };
          return (await startPostgres({ port, directory, logFile: state.path('logs/postgres.log') })).process;
        }),
      );
    }
    if (!this.external.redis) {
      databases.push(
        this.add(
          'redis',
          'SIGTERM',
          async () => (await startRedis(state.path('redis'), this.ports.redis)).process,
        ),
      );
    }
    await Promise.all([...databases, this.startCloud()]);
  }

  async migrate(): Promise<void> {
    await promisify(execFile)(process.execPath, ['--enable-source-maps', 'dist/migrate.js'], {
      cwd: join(root, 'containers/core-api'),
      env: { ...process.env, DATABASE_URL: this.endpoints.postgres },
    });
  }

  /** The two containers and the storefront. */
  async startServices(): Promise<void> {
    const services = [this.startStockService(), this.startCoreApi()];
    if (this.options.storefront !== false) services.push(this.startStorefront());
    await Promise.all(services);
    this.options.state.writeEndpoints(this.endpoints);
  }

  /** In the opposite order of starting, so that each finds what it still needs. */
  async stop(): Promise<void> {
    this.options.state.removeEndpoints();
    const byName = (name: string): Supervised[] => this.processes.filter((process) => process.name === name);
    const order = [['storefront'], ['core-api', 'stock-service'], ['cloud'], ['postgres', 'redis']];
    for (const names of order) await Promise.all(names.flatMap(byName).map((process) => process.stop()));
  }

  process(name: string): Supervised {
    const found = this.processes.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`no process is called ${name}`);
    return found;
  }

  private async add(
    name: string,
    stopSignal: NodeJS.Signals,
    launch: () => ReturnType<typeof startNode>,
  ): Promise<void> {
    const onEvent = (event: ProcessEvent): void => {
      this.writeProcesses();
      this.options.onEvent?.(event);
    };
    const process = new Supervised({ name, launch, stopSignal, onEvent });
    this.processes.push(process);
    await process.start();
  }

  private writeProcesses(): void {
    const running = this.processes.flatMap((p) => (p.pid === undefined ? [] : [[p.name, p.pid] as const]));
    this.options.state.writeProcesses({ launcher: process.pid, ...Object.fromEntries(running) });
  }

  private startCloud(): Promise<void> {
    const { endpoints, ports } = this;
    const { state } = this.options;
    const database = new URL(endpoints.postgres);
    const parameters = {
      '/ecommerce/core-api-url': endpoints.coreApi,
      '/ecommerce/stock-service-url': endpoints.stockService,
      '/ecommerce/opensearch-url': endpoints.opensearch,
      '/ecommerce/redis-url': endpoints.redis,
      '/ecommerce/jwt-issuer': endpoints.gateway,
      '/ecommerce/storefront-origin': endpoints.storefront,
    };
    const credentials = {
      username: decodeURIComponent(database.username),
      password: decodeURIComponent(database.password),
      host: database.hostname,
      port: Number(database.port || 5432),
      dbname: database.pathname.slice(1),
    };
    const secrets = {
      'core-api/db-credentials': JSON.stringify(credentials),
      'auth/jwt-keys': state.signingKeys(),
      'core-api/internal-token': state.internalToken(),
    };
    return this.add('cloud', 'SIGTERM', () =>
      startNode({
        cwd: root,
        args: ['--enable-source-maps', '--import', 'tsx', 'infrastructure/local/src/main.ts'],
        env: {
          ...this.extra('cloud'),
          LOCAL_DATA_DIR: state.path('cloud'),
          LOCAL_LOG_DIR: state.path('logs'),
          LOCAL_AWS_PORT: String(ports.aws),
          LOCAL_GATEWAY_PORT: String(ports.gateway),
          LOCAL_SEARCH_PORT: String(ports.opensearch),
          LOCAL_PARAMETERS: JSON.stringify(parameters),
          LOCAL_SECRETS: JSON.stringify(secrets),
        },
        logFile: state.path('logs/cloud.log'),
        ready: { line: /"ready":true/ },
      }),
    );
  }

  private aws(): Record<string, string> {
    return {
      AWS_REGION: region,
      AWS_ENDPOINT_URL: this.endpoints.aws,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      EVENT_BUS_NAME: 'ecommerce-event-bus',
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      DATABASE_URL: this.endpoints.postgres,
      REDIS_URL: this.endpoints.redis,
    };
  }

  private extra(name: string): Readonly<Record<string, string>> {
    return this.options.environment?.[name] ?? {};
  }

  private startStockService(): Promise<void> {
    return this.add('stock-service', 'SIGTERM', () =>
      startNode({
        cwd: join(root, 'containers/stock-service'),
        args: ['--enable-source-maps', 'dist/main.js'],
        env: {
          ...this.aws(),
          PORT: String(this.ports.stockService),
          STOCK_UPDATE_QUEUE_URL: `${this.endpoints.aws}/${account}/stock-update-queue`,
          ...this.extra('stock-service'),
        },
        logFile: this.options.state.path('logs/stock-service.log'),
        ready: { url: `${this.endpoints.stockService}/health/live` },
      }),
    );
  }

  private startCoreApi(): Promise<void> {
    return this.add('core-api', 'SIGTERM', () =>
      startNode({
        cwd: join(root, 'containers/core-api'),
        args: ['--enable-source-maps', 'dist/main.js'],
        env: {
          ...this.aws(),
          PORT: String(this.ports.coreApi),
          ORDERS_TABLE: 'ecommerce-orders',
          SESSIONS_TABLE: 'ecommerce-sessions',
          PAYMENTS_TABLE: 'ecommerce-payments',
          IMAGES_BUCKET: 'ecommerce-images',
          JWKS_URL: `${this.endpoints.gateway}/.well-known/jwks.json`,
          JWT_ISSUER: this.endpoints.gateway,
          JWT_AUDIENCE: 'yorozu',
          STOCK_SERVICE_URL: this.endpoints.stockService,
          WEBSOCKET_URL: this.endpoints.websocket,
          INTERNAL_TOKEN: this.options.state.internalToken(),
          // Every client of a local run has the same address, load generators and tests included.
          RATE_LIMIT_FACTOR: '1000',
          ...this.extra('core-api'),
        },
        logFile: this.options.state.path('logs/core-api.log'),
        ready: { url: `${this.endpoints.coreApi}/health/live` },
      }),
    );
  }

  private startStorefront(): Promise<void> {
    const url = new URL(this.endpoints.storefront);
    return this.add('storefront', 'SIGTERM', () =>
      startNode({
        cwd: join(root, 'frontend'),
        args: ['node_modules/vite/bin/vite.js', '--host', '127.0.0.1', '--port', url.port, '--strictPort'],
        env: { API_PROXY_TARGET: this.endpoints.gateway, NODE_ENV: 'development' },
        logFile: this.options.state.path('logs/storefront.log'),
        ready: { url: `http://127.0.0.1:${url.port}/` },
      }),
    );
  }
}
