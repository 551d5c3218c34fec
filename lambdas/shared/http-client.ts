import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const agent = new http.Agent({ keepAlive: true });
const secureAgent = new https.Agent({ keepAlive: true });

interface CallOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** As {@link postJson}, a GET. */
export function getJson(url: string, options: CallOptions): Promise<HttpAnswer> {
  return call('GET', url, undefined, options);
}

/**
 * POSTs JSON over a connection that is kept for the next call. Rejects when there is no whole answer within `timeoutMs`.
 * For idempotent calls only: one whose kept connection turns out to be gone is made again.
 * Not `fetch`: loading that costs a cold start 50 ms, and a call two to three times as much CPU.
 */
export function postJson(url: string, body: object, options: CallOptions): Promise<HttpAnswer> {
  return call('POST', url, JSON.stringify(body), options);
}

function call(
  method: string,
  url: string,
  text: string | undefined,
  { headers, timeoutMs }: CallOptions,
): Promise<HttpAnswer> {
  const target = new URL(url);
  const secure = target.protocol === 'https:';
  const options: RequestOptions = {
    method,
    agent: secure ? secureAgent : agent,
    headers: {
      ...headers,
      ...(text !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
    },
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request(target, options, (incoming) => {
      read(incoming).then(resolve, reject);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed the kept connection while the function was frozen (https://nodejs.org/api/http.html#requestreusedsocket).
      if (outgoing.reusedSocket && error.code === 'ECONNRESET') {
        call(method, url, text, { headers, timeoutMs }).then(resolve, reject);
      } else reject(error);
    });
    outgoing.end(text);
  });
}

async function read(incoming: IncomingMessage): Promise<HttpAnswer> {
  incoming.setEncoding('utf8');
  let text = '';
  for await (const chunk of incoming) text += chunk as string;
  return { status: incoming.statusCode ?? 0, text };
}
