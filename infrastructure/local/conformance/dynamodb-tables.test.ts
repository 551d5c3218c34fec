import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  ScanCommand as RawScanCommand,
  TransactionCanceledException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { uniqueName } from './support/data-services';
import { createDocumentTable, type DocumentTable } from './support/document-table';

let shared: DocumentTable;
let client: DocumentTable['client'];
let documents: DocumentTable['documents'];
let table: DocumentTable['table'];
let put: DocumentTable['put'];
let get: DocumentTable['get'];

beforeAll(async () => {
  shared = await createDocumentTable();
  ({ client, documents, table, put, get } = shared);
});

afterAll(() => shared.close());

describe('batches and transactions', () => {
  it('writes and reads batches', async () => {
    const user = uniqueName('b');
    const keys = [1, 2, 3].map((seq) => ({ user, seq }));
    await documents.send(
      new BatchWriteCommand({
        RequestItems: { [table]: keys.map((key) => ({ PutRequest: { Item: { ...key, v: 1 } } })) },
      }),
    );
    await documents.send(
      new BatchWriteCommand({ RequestItems: { [table]: [{ DeleteRequest: { Key: keys[1] } }] } }),
    );
    const { Responses } = await documents.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: keys } } }),
    );
    expect(Responses?.[table]?.map(({ seq }) => seq as number).sort()).toEqual([1, 3]);
    const twice = { PutRequest: { Item: { user, seq: 1 } } };
    await expect(
      documents.send(new BatchWriteCommand({ RequestItems: { [table]: [twice, twice] } })),
    ).rejects.toMatchObject({
      message: 'Provided list of item keys contains duplicates',
    });
  });

  it('cancels a transaction as a whole and says why', async () => {
    const user = uniqueName('t');
    await put({ user, seq: 1, stock: 1 });
    const error = await documents
      .send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName: table, Item: { user, seq: 2 } } },
            {
              Update: {
                TableName: table,
                Key: { user, seq: 1 },
                UpdateExpression: 'SET stock = stock - :n',
                ConditionExpression: 'stock >= :n',
                ExpressionAttributeValues: { ':n': 2 },
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
          ],
        }),
      )
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(error).toMatchObject({
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { stock: { N: '1' } } },
      ],
    });
    expect(await get(user, 2)).toBeUndefined();
  });

  it('applies a transaction once per token', async () => {
    const user = uniqueName('t');
    const transaction = (n: number) =>
      new TransactWriteCommand({
        ClientRequestToken: user,
        TransactItems: [
          {
            Update: {
              TableName: table,
              Key: { user, seq: 1 },
              UpdateExpression: 'ADD n :n',
              ExpressionAttributeValues: { ':n': n },
            },
          },
          { Delete: { TableName: table, Key: { user, seq: 2 } } },
          {
            ConditionCheck: {
              TableName: table,
              Key: { user, seq: 3 },
              ConditionExpression: 'attribute_not_exists(seq)',
            },
          },
        ],
      });
    await documents.send(transaction(1));
    await documents.send(transaction(1));
    expect(await get(user, 1)).toMatchObject({ n: 1 });
    await expect(documents.send(transaction(2))).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    const { Responses } = await documents.send(
      new TransactGetCommand({
        TransactItems: [1, 9].map((seq) => ({ Get: { TableName: table, Key: { user, seq } } })),
      }),
    );
    expect(Responses).toEqual([{ Item: { user, seq: 1, n: 1 } }, {}]);
  });
});

describe('tables', () => {
  it('adds and removes an index over what is there', async () => {
    const user = uniqueName('i');
    await put({ user, seq: 1, colour: 'red' });
    await client.send(
      new UpdateTableCommand({
        TableName: table,
        AttributeDefinitions: [{ AttributeName: 'colour', AttributeType: 'S' }],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'colour',
              KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      }),
    );
    const active = async (): Promise<boolean> => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
      return (
        Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === 'colour')?.IndexStatus ===
        'ACTIVE'
      );
    };
    while (!(await active())) await new Promise((resolve) => setTimeout(resolve, 500));
    const { Items } = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'colour',
        KeyConditionExpression: 'colour = :c',
        ExpressionAttributeValues: { ':c': 'red' },
      }),
    );
    expect(Items).toEqual([{ user, seq: 1, colour: 'red' }]);
    await client.send(
      new UpdateTableCommand({
        TableName: table,
        GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'colour' } }],
      }),
    );
  });

  it('lists, describes and refuses a table twice', async () => {
    const { TableNames } = await client.send(
      new ListTablesCommand({ ExclusiveStartTableName: table.slice(0, -1) }),
    );
    expect(TableNames).toContain(table);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
    expect(Table?.CreationDateTime).toBeInstanceOf(Date);
    const again = new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }],
    });
    await expect(client.send(again)).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  it('deletes what has expired', async () => {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
      }),
    );
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'ttl' });
    // AWS deletes within days; only a local endpoint can be waited for.
    if (!shared.local) return;
    const user = uniqueName('ttl');
    const now = Math.floor(Date.now() / 1000);
    await put({ user, seq: 1, ttl: now - 1 });
    await put({ user, seq: 2, ttl: now + 1 });
    await put({ user, seq: 3, ttl: now + 3600 });
    await put({ user, seq: 4, ttl: now - 6 * 365 * 24 * 3600 });
    while ((await get(user, 2)) ?? (await get(user, 1)))
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(now + 1);
    expect(await get(user, 3)).toBeDefined();
    expect(await get(user, 4)).toBeDefined();
  });

  it('says that legacy parameters are not served', async () => {
    if (!shared.local) return;
    const scan = new RawScanCommand({ TableName: table, AttributesToGet: ['user'] });
    await expect(client.send(scan)).rejects.toMatchObject({
      message:
        'The local cloud does not serve the legacy parameter AttributesToGet; use ProjectionExpression',
    });
  });

  it('deletes an item and returns it', async () => {
    const user = uniqueName('d');
    await put({ user, seq: 1, v: 1 });
    const { Attributes } = await documents.send(
      new DeleteCommand({
        TableName: table,
        Key: { user, seq: 1 },
        ReturnValues: 'ALL_OLD',
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(Attributes).toEqual({ user, seq: 1, v: 1 });
    expect(await get(user, 1)).toBeUndefined();
  });
});
