import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEndpoint } from '../../src/endpoint/server';
import type { CloudContext, Ports } from '../../src/ports';
import { createDynamoDb } from '../../src/services/dynamodb/index';
import { createEvents } from '../../src/services/events/index';
import { createLambda } from '../../src/services/lambda/index';
import { createLogs } from '../../src/services/logs/index';
import { createMonitoring } from '../../src/services/monitoring/index';
import { createSqs } from '../../src/services/sqs/index';
import { createStates } from '../../src/services/states/index';
import { Store } from '../../src/store/store';
import type { EndpointUnderTest } from './compute-services';

/** AWS_ENDPOINT_URL, or Step Functions and what it calls, on a free port with an empty data directory. */
export async function workflowEndpoint(): Promise<EndpointUnderTest> {
  const given = process.env['AWS_ENDPOINT_URL'];
  const local = given === undefined ? await startWorkflowServices() : undefined;
  return {
    client: {
      endpoint: given ?? local?.url ?? '',
      region: process.env['AWS_REGION'] ?? 'ap-northeast-1',
      credentials: {
        accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? 'test',
        secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? 'test',
      },
    },
    close: async () => local?.close(),
  };
}

async function startWorkflowServices(): Promise<{ url: string; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'yorozu-workflow-'));
  const store = await Store.open(join(directory, 'store'));
  const ports = {} as Ports;
  let url = '';
  const context: CloudContext = {
    region: process.env['AWS_REGION'] ?? 'ap-northeast-1',
    accountId: '000000000000',
    get endpointUrl() {
      return url;
    },
    store,
    ports,
  };
  const logs = await createLogs(context);
  const monitoring = await createMonitoring(context);
  const sqs = await createSqs(context, []);
  const lambda = await createLambda(context, [], { directory: join(directory, 'lambda') });
  const events = await createEvents(
    context,
    { name: 'conformance', archive: { name: 'conformance', retentionDays: 1 } },
    [],
  );
  const dynamoDb = await createDynamoDb(context, []);
  const states = await createStates(context, []);
  Object.assign(ports, {
    logs,
    metrics: monitoring,
    queues: sqs,
    functions: lambda,
    bus: events,
    stateMachines: states,
  });
  const services = [logs, monitoring, sqs, lambda, events, dynamoDb, states];
  const server = createEndpoint(services);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const service of services) await service.start?.();
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const service of [...services].reverse()) await service.stop?.();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
