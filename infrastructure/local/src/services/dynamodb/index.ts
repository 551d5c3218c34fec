import { crc32 } from 'node:zlib';
import type { TableSpec } from '../../artefacts/model';
import {
  AwsError,
  parseJson,
  toAwsError,
  type AwsRequest,
  type AwsResponse,
  type ServiceModule,
} from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import { batchGetItem, batchWriteItem } from './batch';
import { Database } from './database';
import { invalid } from './errors';
import { deleteItem, getItem, putItem, updateItem } from './items';
import { query, scan } from './query';
import { checkShape } from './shape';
import * as settings from './settings';
import * as tables from './tables';
import { transactGetItems, transactWriteItems, TransactionTokens } from './transact';

type Operation = (input: never) => object | Promise<object>;

const partiQl = new Set(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction']);
const validation = 'com.amazon.coral.validate#';
const ordinary = 'com.amazonaws.dynamodb.v20120810#';

/**
 * DynamoDB, all of it in memory and written through. An operation is one synchronous step, so there are no conflicts
 * between transactions. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
 */
export async function createDynamoDb(
  context: CloudContext,
  specs: readonly TableSpec[],
): Promise<ServiceModule> {
  const database = await Database.open(context, specs);
  const tokens = new TransactionTokens(await context.store.collection('dynamodb.tokens'));
  const [reads, writes] = operations(database, tokens);
  return {
    name: 'dynamodb',
    handle: (request) => handle(request, reads, writes, () => context.store.flushed()),
    start: async () => {
      database.start();
    },
    stop: async () => {
      database.stop();
    },
  };
}

type Operations = ReadonlyMap<string, Operation>;

function operations(database: Database, tokens: TransactionTokens): [reads: Operations, writes: Operations] {
  const bound = (
    table: Readonly<Record<string, (database: Database, input: never) => object | Promise<object>>>,
  ): Operations =>
    new Map(Object.entries(table).map(([name, run]) => [name, (input: never) => run(database, input)]));
  const reads = bound({
    GetItem: getItem,
    BatchGetItem: batchGetItem,
    Query: query,
    Scan: scan,
    TransactGetItems: transactGetItems,
    DescribeTable: tables.describeTable,
    ListTables: tables.listTables,
    DescribeTimeToLive: settings.describeTimeToLive,
    DescribeContinuousBackups: settings.describeContinuousBackups,
    ListTagsOfResource: settings.listTagsOfResource,
  });
  const writes = bound({
    PutItem: putItem,
    UpdateItem: updateItem,
    DeleteItem: deleteItem,
    BatchWriteItem: batchWriteItem,
    TransactWriteItems: (_, input) => transactWriteItems(database, tokens, input),
    CreateTable: tables.createTable,
    DeleteTable: tables.deleteTable,
    UpdateTable: tables.updateTable,
    UpdateTimeToLive: settings.updateTimeToLive,
    TagResource: settings.tagResource,
    UntagResource: settings.untagResource,
  });
  return [reads, writes];
}

async function handle(
  request: AwsRequest,
  reads: Operations,
  writes: Operations,
  flushed: () => Promise<void>,
): Promise<AwsResponse> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const name = target.slice(target.indexOf('.') + 1);
  const read = reads.get(name);
  const run = read ?? writes.get(name);
  try {
    if (!run) throw unknown(name);
    const input = parseJson(request.body);
    checkShape(input);
    const result = run(input as never);
    const output = result instanceof Promise ? await result : result;
    if (!read) await flushed();
    return answer(200, output);
  } catch (error) {
    const known = toAwsError(error);
    // A refused condition may rest on a change that is still on its way to the disk.
    if (!read) await flushed();
    const prefix = known.code === 'ValidationException' ? validation : ordinary;
    return answer(known.status, { __type: prefix + known.code, message: known.message, ...known.fields });
  }
}

function answer(status: number, output: object): AwsResponse {
  const body = Buffer.from(JSON.stringify(output));
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(body)) },
    body,
  };
}

function unknown(name: string): AwsError {
  return partiQl.has(name)
    ? invalid(`The local cloud does not serve PartiQL (${name})`)
    : new AwsError('UnknownOperationException', `Operation ${name} is not supported here`);
}
