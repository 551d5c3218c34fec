import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCloud } from '../../src/cloud';

export interface Endpoint {
  /** The AWS endpoint under test. */
  readonly url: string;
  /** What SDK clients are made with. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** The HTTP and WebSocket APIs of `project/infrastructure/sam/template.yaml`; undefined where nothing serves them. */
  readonly gatewayUrl: string | undefined;
  close(): Promise<void>;
}

export interface EndpointOptions {
  /** SSM parameters that the test's template takes. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A foreign endpoint serves the APIs of the test's template only where someone deployed it and says so. */
export const gatewayServed =
  process.env.AWS_ENDPOINT_URL === undefined || process.env.CONFORMANCE_GATEWAY_URL !== undefined;

/**
 * The endpoint that the conformance suite speaks to: AWS_ENDPOINT_URL (with CONFORMANCE_GATEWAY_URL for the deployed
 * test template), or a whole local cloud on free ports with the test's own template and an empty data directory.
 */
export async function endpoint(options: EndpointOptions = {}): Promise<Endpoint> {
  const given = process.env.AWS_ENDPOINT_URL;
  if (given !== undefined) {
    return {
      url: given,
      client: clientOf(given),
      gatewayUrl: process.env.CONFORMANCE_GATEWAY_URL,
      close: () => Promise.resolve(),
    };
  }
  const dataDirectory = await mkdtemp(join(tmpdir(), 'yorozu-conformance-'));
  const cloud = await startCloud({
    root: fileURLToPath(new URL('./project', import.meta.url)),
    dataDirectory,
    awsPort: 0,
    gatewayPort: 0,
    searchPort: 0,
    parameters: {
      '/conformance/upstream-url': 'http://127.0.0.1:1',
      '/conformance/jwks': '{"keys":[]}',
      ...options.parameters,
    },
    secrets: {},
    watch: false,
  });
  return {
    url: cloud.urls.aws,
    client: clientOf(cloud.urls.aws),
    gatewayUrl: cloud.urls.gateway,
    async close() {
      await cloud.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

function clientOf(url: string): Endpoint['client'] {
  return {
    endpoint: url,
    region: process.env.AWS_REGION ?? 'ap-northeast-1',
    credentials: {
      accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'test',
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'test',
    },
  };
}
