import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResources } from '../../infrastructure/local/src/artefacts/resources';
import { createEndpoint } from '../../infrastructure/local/src/endpoint/server';
import type { Ports } from '../../infrastructure/local/src/ports';
import { createDynamoDb } from '../../infrastructure/local/src/services/dynamodb';
import { Store } from '../../infrastructure/local/src/store/store';

const resources = join(import.meta.dirname, '../../infrastructure/resources.json');

/** The local cloud's DynamoDB alone, with the empty tables of resources.json, for tests. `stop` removes it. */
export async function startTestDynamoDb(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'yorozu-dynamodb-'));
  const store = await Store.open(directory);
  const { tables } = readResources(resources, { '/ecommerce/storefront-origin': 'http://localhost:5173' });
  const place = { region: 'ap-northeast-1', accountId: '000000000000', endpointUrl: 'http://localhost:4566' };
  // DynamoDB asks nothing of the other services.
  const dynamodb = await createDynamoDb({ ...place, store, ports: {} as Ports }, tables);
  const server = createEndpoint([dynamodb]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dynamodb.stop?.();
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}
