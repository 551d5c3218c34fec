import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

interface Key {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}
interface TableSpec {
  readonly name: string;
  readonly hashKey: Key;
  readonly rangeKey?: Key;
  readonly globalSecondaryIndexes: readonly { readonly name: string; readonly hashKey: Key }[];
}

export interface Tables {
  readonly client: DynamoDBDocumentClient;
  /** Makes an empty table of the shape that infrastructure/resources.json gives `ecommerce-<noun>`; answers its name. */
  create(noun: string): Promise<string>;
  /** The item as it is now. */
  get<T extends object>(table: string, key: object): Promise<T | undefined>;
  put(table: string, item: object): Promise<void>;
  /** Puts it unless there is one with the attribute; whether it was put. */
  putFirst(table: string, item: object, attribute: string): Promise<boolean>;
  close(): Promise<void>;
}

/** A real DynamoDB for a test: the one AWS_ENDPOINT_URL names, otherwise the local cloud's in a process of its own. */
export async function startTables(): Promise<Tables> {
  const given = process.env['AWS_ENDPOINT_URL'];
  const server = given === undefined ? await startServer() : { url: given, close: async () => undefined };
  const plain = new DynamoDBClient({
    endpoint: server.url,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  return {
    client,
    create: (noun) => createTable(plain, noun),
    async get<T extends object>(TableName: string, key: object) {
      const command = new GetCommand({ TableName, Key: { ...key }, ConsistentRead: true });
      return (await client.send(command)).Item as T | undefined;
    },
    async put(TableName, item) {
      await client.send(new PutCommand({ TableName, Item: { ...item } }));
    },
    async putFirst(TableName, item, attribute) {
      const ConditionExpression = `attribute_not_exists(${attribute})`;
      try {
        await client.send(new PutCommand({ TableName, Item: { ...item }, ConditionExpression }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    close: async () => {
      plain.destroy();
      await server.close();
    },
  };
}

async function startServer(): Promise<{ url: string; close: () => Promise<unknown> }> {
  const script = `
    import { startDataServices } from '${root}/infrastructure/local/conformance/support/data-services.ts';
    const services = await startDataServices();
    process.stdin.on('end', () => services.close()).resume();
    console.log(services.url);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const first = await Promise.race([
    once(child.stdout, 'data').then(([chunk]) => String(chunk).trim()),
    exited.then(() => undefined),
  ]);
  if (first === undefined) throw new Error('the local DynamoDB did not start');
  return {
    url: first,
    close: () => {
      child.stdin.end();
      return exited;
    },
  };
}

async function createTable(client: DynamoDBClient, noun: string): Promise<string> {
  const { tables } = JSON.parse(readFileSync(join(root, 'infrastructure/resources.json'), 'utf8')) as {
    tables: TableSpec[];
  };
  const spec = tables.find(({ name }) => name === `ecommerce-${noun}`);
  if (!spec) throw new Error(`no table ${noun}`);
  const keys = [spec.hashKey, ...(spec.rangeKey ? [spec.rangeKey] : [])];
  const indexKeys = spec.globalSecondaryIndexes.map(({ hashKey }) => hashKey);
  const attributes = new Map([...keys, ...indexKeys].map(({ name, type }) => [name, type]));
  const TableName = `${noun}-${randomBytes(6).toString('hex')}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      KeySchema: keys.map(({ name }, i) => ({ AttributeName: name, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
      ...(indexKeys.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: spec.globalSecondaryIndexes.map(({ name, hashKey }) => ({
              IndexName: name,
              KeySchema: [{ AttributeName: hashKey.name, KeyType: 'HASH' as const }],
              Projection: { ProjectionType: 'ALL' as const },
            })),
          }),
    }),
  );
  return TableName;
}
