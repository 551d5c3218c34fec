import { Client } from '@opensearch-project/opensearch';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

export interface SearchServer {
  readonly url: string;
  readonly client: Client;
  close(): Promise<void>;
}

/** A real OpenSearch for a test: the one OPENSEARCH_URL names, otherwise the local cloud's in a process of its own. */
export async function startSearch(): Promise<SearchServer> {
  const given = process.env['OPENSEARCH_URL'];
  const server = given === undefined ? await startServer() : { url: given, close: async () => undefined };
  const client = new Client({ node: server.url });
  return {
    url: server.url,
    client,
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

async function startServer(): Promise<{ url: string; close: () => Promise<unknown> }> {
  const script = `
    import { mkdtempSync, rmSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { join } from 'node:path';
    import { createSearch } from '${root}/infrastructure/local/src/search/index.ts';
    import { Store } from '${root}/infrastructure/local/src/store/store.ts';
    const directory = mkdtempSync(join(tmpdir(), 'search-'));
    const server = await createSearch(await Store.open(directory), () => true);
    process.stdin.on('end', () => { rmSync(directory, { recursive: true }); process.exit(); }).resume();
    server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const url = await Promise.race([
    once(child.stdout, 'data').then(([chunk]) => String(chunk).trim()),
    exited.then(() => undefined),
  ]);
  if (url === undefined) throw new Error('the local OpenSearch did not start');
  return {
    url,
    close: () => {
      child.stdin.end();
      return exited;
    },
  };
}
