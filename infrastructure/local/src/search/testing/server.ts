import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@opensearch-project/opensearch';
import { createSearch } from '..';
import { Store } from '../../store/store';

export interface TestServer {
  readonly url: string;
  readonly client: Client;
  /** Stops the server, and starts another on what it kept. */
  restart(): Promise<TestServer>;
  close(): Promise<void>;
}

/** A search server on a free port, in a directory of its own, with the official client. */
export async function startServer(directory?: string): Promise<TestServer> {
  const path = directory ?? (await mkdtemp(join(tmpdir(), 'search-')));
  const store = await Store.open(path);
  const server = await createSearch(store);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Client({ node: url });
  const stop = async (): Promise<void> => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  };
  return {
    url,
    client,
    restart: async () => {
      await stop();
      return startServer(path);
    },
    close: async () => {
      await stop();
      await rm(path, { recursive: true });
    },
  };
}
