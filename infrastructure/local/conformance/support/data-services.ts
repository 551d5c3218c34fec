import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceModule } from '../../src/endpoint/aws';
import { createEndpoint } from '../../src/endpoint/server';
import type { CloudContext, Ports } from '../../src/ports';
import { createDynamoDb } from '../../src/services/dynamodb/index';
import { createS3 } from '../../src/services/s3/index';
import { createSecrets } from '../../src/services/secretsmanager/index';
import { createSes } from '../../src/services/ses/index';
import { createSsm } from '../../src/services/ssm/index';
import { Store } from '../../src/store/store';

export interface DataServices {
  readonly url: string;
  /** Whether it is this local cloud (it has a mailbox); of any other only what AWS promises may be expected. */
  readonly local: boolean;
  /** What every SDK client needs. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  close(): Promise<void>;
}

const credentials = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? 'test',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? 'test',
};

/**
 * The endpoint under test: AWS_ENDPOINT_URL, or the services that keep data (DynamoDB, S3, SES, Secrets Manager, SSM)
 * alone, on a free port with an empty data directory.
 */
export async function startDataServices(): Promise<DataServices> {
  const region = process.env.AWS_REGION ?? 'ap-northeast-1';
  const given = process.env.AWS_ENDPOINT_URL;
  if (given) {
    const local = await fetch(`${given}/_local/mailbox`).then(
      (response) => response.ok,
      () => false,
    );
    return {
      url: given,
      local,
      client: { endpoint: given, region, credentials },
      close: () => Promise.resolve(),
    };
  }
  const directory = await mkdtemp(join(tmpdir(), 'yorozu-data-'));
  const store = await Store.open(join(directory, 'store'));
  const context: CloudContext = {
    region,
    accountId: '000000000000',
    endpointUrl: 'http://localhost',
    store,
    ports: {} as Ports,
  };
  const ses = await createSes(context);
  const modules: ServiceModule[] = [
    await createDynamoDb(context, []),
    await createS3(context, [], directory),
    ses,
    await createSecrets(context, {}),
    await createSsm(context, {}),
    { name: 'local', handle: async (request) => (await ses.mailbox(request)) ?? { status: 404 } },
  ];
  const server = createEndpoint(modules);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  for (const service of modules) await service.start?.();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    local: true,
    client: { endpoint: url, region, credentials },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const service of modules) await service.stop?.();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}
