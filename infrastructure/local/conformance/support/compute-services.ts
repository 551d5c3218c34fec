import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionSpec } from '../../src/artefacts/model';
import { createEndpoint } from '../../src/endpoint/server';
import type { Ports } from '../../src/ports';
import { createLambda, type LambdaOptions, type LambdaService } from '../../src/services/lambda/index';
import { createLogs } from '../../src/services/logs/index';
import { createMonitoring } from '../../src/services/monitoring/index';
import { createSqs } from '../../src/services/sqs/index';
import { Store } from '../../src/store/store';

export interface ComputeServices {
  readonly url: string;
  readonly directory: string;
  readonly ports: Ports;
  readonly lambda: LambdaService;
  /** Keeps the data directory, for a restart on it. */
  stop(): Promise<void>;
  /** Stops and removes the data. */
  close(): Promise<void>;
}

export interface ComputeOptions extends Partial<LambdaOptions> {
  readonly functions?: readonly FunctionSpec[];
  /** Data of an earlier run. */
  readonly data?: string;
}

export interface EndpointUnderTest {
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  close(): Promise<void>;
}

/** AWS_ENDPOINT_URL, or {@link startComputeServices} with an empty data directory. */
export async function computeEndpoint(): Promise<EndpointUnderTest> {
  const given = process.env['AWS_ENDPOINT_URL'];
  const services = given === undefined ? await startComputeServices() : undefined;
  const client = {
    endpoint: given ?? services?.url ?? '',
    region: process.env['AWS_REGION'] ?? 'ap-northeast-1',
    credentials: {
      accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? 'test',
      secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? 'test',
    },
  };
  return { client, close: async () => services?.close() };
}

/** Lambda, SQS, Logs and CloudWatch alone, on a free port. */
export async function startComputeServices(options: ComputeOptions = {}): Promise<ComputeServices> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'yorozu-compute-')));
  const store = await Store.open(join(data, 'store'));
  const ports = {} as Ports;
  let port = 0;
  const context = {
    region: process.env['AWS_REGION'] ?? 'ap-northeast-1',
    accountId: '000000000000',
    get endpointUrl() {
      return `http://127.0.0.1:${port}`;
    },
    store,
    ports,
  };
  const logs = await createLogs(context);
  const monitoring = await createMonitoring(context);
  const sqs = await createSqs(context, []);
  const lambda = await createLambda(context, options.functions ?? [], {
    directory: join(data, 'lambda'),
    ...options,
  });
  Object.assign(ports, { logs, metrics: monitoring, functions: lambda, queues: sqs });
  const services = [lambda, sqs, logs, monitoring];
  const server = createEndpoint(services);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  for (const service of services) await service.start?.();
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    for (const service of services) await service.stop?.();
    await store.close();
  };
  return {
    url: context.endpointUrl,
    directory: data,
    ports,
    lambda,
    stop,
    close: async () => {
      await stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
