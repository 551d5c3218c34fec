import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { HostFilter } from '@yorozu/service-kit/hosts';
import type { AwsRequest, AwsResponse, ServiceModule } from './aws';
import { countCall } from './operations';
import { isForeignPage, ownHosts, refuseHost, refusePage } from './visitors';

const maximumBody = 64 * 1024 * 1024;

/** The one AWS endpoint: finds out which service a request is for and hands it over. */
export function createEndpoint(
  services: readonly ServiceModule[],
  isOwnHost: HostFilter = ownHosts(),
): Server {
  const byName = new Map(services.map((service) => [service.name, service]));
  const server = createServer((incoming, outgoing) => {
    if (isOwnHost(incoming.headers.host)) void serve(byName, incoming, outgoing);
    else refuseHost(outgoing);
  });
  server.keepAliveTimeout = 65_000;
  return server;
}

async function serve(
  services: ReadonlyMap<string, ServiceModule>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  let response: AwsResponse;
  try {
    const request = await read(incoming, outgoing);
    const name = serviceOf(request);
    if (isForeignPage(request.headers) && !isForPages(name, request)) return refusePage(outgoing);
    const service = services.get(name);
    if (service && name !== 'local') countCall(name, request);
    response = service ? await service.handle(request) : notServed(name);
  } catch (error) {
    if (incoming.destroyed && !incoming.complete) return;
    console.error(error);
    response = {
      status: 500,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"internal failure"}',
    };
  }
  const body = response.body ?? '';
  outgoing.writeHead(response.status, {
    'x-amzn-requestid': requestId,
    'content-length': Buffer.byteLength(body),
    ...response.headers,
  });
  outgoing.end(body);
}

/** Objects by public or presigned URL, and what people look at. No page holds credentials to sign a header with. */
function isForPages(service: string, { headers }: AwsRequest): boolean {
  return service === 'local' || (service === 's3' && headers.authorization === undefined);
}

function notServed(name: string): AwsResponse {
  const body = JSON.stringify({
    __type: 'UnknownService',
    message: `The local cloud does not serve '${name}'`,
  });
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': 'UnknownService' },
    body,
  };
}

async function read(incoming: IncomingMessage, outgoing: ServerResponse): Promise<AwsRequest> {
  const body = await bodyOf(incoming);
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: incoming.headers,
    body,
    // Made when somebody asks for it: few operations wait for long, and a signal is not cheap.
    get signal() {
      return signalOf(outgoing);
    },
  };
}

/** Events instead of `for await`: this runs for every call to AWS, and an iterator costs as much as parsing most bodies. */
function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximumBody) incoming.destroy(new Error('request body too large'));
      else chunks.push(chunk);
    });
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('the request was aborted')));
  });
}

function signalOf(outgoing: ServerResponse): AbortSignal {
  const aborter = new AbortController();
  if (outgoing.closed && !outgoing.writableFinished) aborter.abort();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) aborter.abort();
  });
  return aborter.signal;
}

const targets: Readonly<Record<string, string>> = {
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  AWSStepFunctions: 'states',
  DynamoDB_20120810: 'dynamodb',
  secretsmanager: 'secretsmanager',
  AmazonSSM: 'ssm',
  Logs_20140328: 'logs',
  GraniteServiceVersion20100801: 'monitoring',
};

/** The credential scope names the service (header or presigned URL); unsigned requests are S3's (public objects). */
function serviceOf(request: AwsRequest): string {
  const credential = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
  if (credential) return credential;
  const presigned = request.query.get('X-Amz-Credential')?.split('/')[3];
  if (presigned) return presigned;
  const target = String(request.headers['x-amz-target'] ?? '').split('.')[0] ?? '';
  return targets[target] ?? (request.path.startsWith('/_local/') ? 'local' : 's3');
}
