import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Store } from '../store/store';
import { badRequest, SearchError } from './errors';
import { SearchNode } from './node';
import { route } from './rest';
import type { Answer, Call } from './rest/call';

const decompress = promisify(gunzip);
/** `http.max_content_length`. */
const maximumBody = 100 * 1024 * 1024;

/**
 * As much of OpenSearch as the shop uses, for local runs: documents with mappings, Japanese (kuromoji) and English
 * analyzers, BM25, the common queries, sorting, highlighting and aggregations. What it does not serve, it refuses.
 * https://opensearch.org/docs/latest/api-reference/
 */
export async function createSearch(store: Store): Promise<Server> {
  const node = await SearchNode.open(store);
  const server = createServer((request, response) => void serve(node, request, response));
  server.keepAliveTimeout = 65_000;
  return server;
}

async function serve(node: SearchNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await answer(node, request);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type':
      typeof body === 'string' ? 'text/plain; charset=UTF-8' : 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function answer(node: SearchNode, request: IncomingMessage): Promise<Answer> {
  try {
    const call = await read(request);
    await node.ready();
    const answered = await route(node, call);
    if (call.method !== 'GET' && call.method !== 'HEAD') await node.flushed();
    return answered;
  } catch (error) {
    if (error instanceof SearchError) return { status: error.status, body: error.body };
    if (!request.destroyed || request.complete) console.error(error);
    return {
      status: 500,
      body: new SearchError(500, 'exception', error instanceof Error ? error.message : String(error)).body,
    };
  }
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBody)
      throw new SearchError(
        413,
        'content_too_long_exception',
        `request body is larger than ${maximumBody} bytes`,
      );
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  return {
    method: request.method ?? 'GET',
    path,
    parts: segments(path),
    parameters: new URLSearchParams(query),
    text: (request.headers['content-encoding'] === 'gzip' ? await unpacked(raw) : raw).toString('utf8'),
  };
}

async function unpacked(body: Buffer): Promise<Buffer> {
  return decompress(body, { maxOutputLength: maximumBody }).catch(() => {
    throw badRequest('request body is not valid gzip', 'parse_exception');
  });
}

function segments(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw badRequest(`unable to parse uri [${path}]`, 'illegal_argument_exception');
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
