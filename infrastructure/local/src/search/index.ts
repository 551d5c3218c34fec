import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HostFilter } from '@yorozu/service-kit/hosts';
import { isForeignPage, refuseHost, refusePage } from '../endpoint/visitors';
import type { Store } from '../store/store';
import { SearchError } from './errors';
import { SearchNode, type SearchAnswer } from './routes';

/**
 * As much of OpenSearch as the shop uses, for local runs: documents with mappings, Japanese (kuromoji) and English
 * analyzers, BM25, the common queries, sorting and aggregations. https://opensearch.org/docs/latest/api-reference/
 */
export async function createSearch(store: Store, isOwnHost: HostFilter): Promise<Server> {
  const node = await SearchNode.open(store);
  return createServer((request, response) => {
    if (!isOwnHost(request.headers.host)) refuseHost(response);
    else if (isForeignPage(request.headers)) refusePage(response);
    else void serve(node, store, request, response);
  });
}

async function serve(
  node: SearchNode,
  store: Store,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await answer(node, store, request);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function answer(node: SearchNode, store: Store, request: IncomingMessage): Promise<SearchAnswer> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const [path = '/', query] = (request.url ?? '/').split('?', 2);
    const text = Buffer.concat(chunks).toString('utf8');
    const answered = await node.handle(request.method ?? 'GET', path, text, new URLSearchParams(query));
    if (request.method !== 'GET') await store.flushed();
    return answered;
  } catch (error) {
    if (error instanceof SearchError) return { status: error.status, body: error.body };
    console.error(error);
    return {
      status: 500,
      body: new SearchError(500, 'exception', error instanceof Error ? error.message : String(error)).body,
    };
  }
}
