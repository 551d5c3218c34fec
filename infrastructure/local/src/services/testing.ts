import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsRequest } from '../endpoint/aws';
import type { CloudContext, Ports } from '../ports';
import { Store } from '../store/store';

/** A data directory that outlives the services opened on it, for tests of what survives a restart. */
export class TestCloud {
  private store: Store | undefined;

  private constructor(readonly directory: string) {}

  static async create(): Promise<TestCloud> {
    return new TestCloud(await mkdtemp(join(tmpdir(), 'yorozu-service-')));
  }

  /** Closes what is open and opens it again, as a new process would. */
  async restart(): Promise<CloudContext> {
    await this.store?.close();
    this.store = await Store.open(join(this.directory, 'store'));
    return {
      region: 'ap-northeast-1',
      accountId: '000000000000',
      endpointUrl: 'http://localhost:4566',
      store: this.store,
      ports: {} as Ports,
    };
  }

  async close(): Promise<void> {
    await this.store?.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

const signed =
  'AWS4-HMAC-SHA256 Credential=test/20260101/ap-northeast-1/any/aws4_request, SignedHeaders=host, Signature=0';

/** A request as the endpoint hands it to a service. */
export function request(
  method: string,
  url: string,
  options: { headers?: Record<string, string>; body?: string | Buffer; unsigned?: boolean } = {},
): AwsRequest {
  const { pathname, search, host } = new URL(url, 'http://localhost:4566');
  return {
    method,
    path: pathname,
    query: new URLSearchParams(search),
    headers: { host, ...(!options.unsigned && { authorization: signed }), ...options.headers },
    body: Buffer.from(options.body ?? ''),
    signal: new AbortController().signal,
  };
}

/** A request of the JSON protocols. */
export function jsonRequest(target: string, input: object): AwsRequest {
  return request('POST', '/', { headers: { 'x-amz-target': target }, body: JSON.stringify(input) });
}
