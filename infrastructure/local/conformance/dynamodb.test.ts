import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand as RawScanCommand,
  TransactionCanceledException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  GetItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { startDataServices, uniqueName, type DataServices } from './support/data-services';

let services: DataServices;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;
const table = uniqueName('orders');

beforeAll(async () => {
  services = await startDataServices();
  client = new DynamoDBClient({ ...services.client, maxAttempts: 1 });
  documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'user', AttributeType: 'S' },
        { AttributeName: 'seq', AttributeType: 'N' },
        { AttributeName: 'team', AttributeType: 'S' },
        { AttributeName: 'score', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'user', KeyType: 'HASH' },
        { AttributeName: 'seq', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'team-score',
          KeySchema: [
            { AttributeName: 'team', KeyType: 'HASH' },
            { AttributeName: 'score', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName: table });
});

afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName: table }));
  client.destroy();
  await services.close();
});

function put(item: Record<string, unknown>): Promise<unknown> {
  return documents.send(new PutCommand({ TableName: table, Item: item }));
}

async function get(user: string, seq: number): Promise<Record<string, unknown> | undefined> {
  return (
    await documents.send(new GetCommand({ TableName: table, Key: { user, seq }, ConsistentRead: true }))
  ).Item;
}

describe('conditional writes', () => {
  it('refuses a second put and returns the item when asked', async () => {
    const user = uniqueName('u');
    const first = {
      TableName: table,
      Item: { user, seq: 1, v: 'a' },
      ConditionExpression: 'attribute_not_exists(seq)',
    };
    await documents.send(new PutCommand(first));
    const again = documents.send(
      new PutCommand({ ...first, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    );
    const error = await again.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ message: 'The conditional request failed', Item: { v: { S: 'a' } } });
  });

  it('lets one of many concurrent claims win', async () => {
    const user = uniqueName('u');
    const claims = Array.from({ length: 20 }, (_, by) =>
      documents.send(
        new PutCommand({
          TableName: table,
          Item: { user, seq: 1, by },
          ConditionExpression: 'attribute_not_exists(#u)',
          ExpressionAttributeNames: { '#u': 'user' },
        }),
      ),
    );
    const results = await Promise.allSettled(claims);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['a = :one', { ':one': 1 }, true],
    ['a <> :one', { ':one': 1 }, false],
    ['lacking <> :one', { ':one': 1 }, true],
    ['lacking = :one', { ':one': 1 }, false],
    ['a BETWEEN :one AND :two', { ':one': 1, ':two': 2 }, true],
    ['a IN (:two, :one)', { ':one': 1, ':two': 2 }, true],
    ['attribute_type(tags, :type)', { ':type': 'SS' }, true],
    ['begins_with(word, :part)', { ':part': 'ya' }, true],
    ['contains(word, :part)', { ':part': 'mat' }, true],
    ['contains(tags, :part)', { ':part': 'x' }, true],
    ['contains(entries, :two)', { ':two': 2 }, true],
    ['size(word) = :six AND size(entries) > :one', { ':six': 6, ':one': 1 }, true],
    ['deep.down[1].here = :six', { ':six': 6 }, true],
    ['attribute_exists(deep.down[1].here) AND attribute_not_exists(deep.down[2])', {}, true],
    ['NOT a = :one OR word > :part', { ':one': 1, ':part': 'yaa' }, true],
    ['NOT (a = :one OR word > :part)', { ':one': 1, ':part': 'zz' }, false],
    ['a = :one AND word = :part OR lacking = :one', { ':one': 1, ':part': 'no' }, false],
    ['a < :part', { ':part': 'text' }, false],
  ])('%s', async (condition, values, expected) => {
    const user = uniqueName('u');
    await put({
      user,
      seq: 1,
      a: 1,
      word: 'yamato',
      tags: new Set(['x', 'y']),
      entries: [1, 2],
      deep: { down: [0, { here: 6 }] },
    });
    const write = documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { user, seq: 1 },
        ConditionExpression: condition,
        UpdateExpression: 'SET seen = :seen',
        ExpressionAttributeValues: { ...values, ':seen': true },
      }),
    );
    if (expected) await write;
    else await expect(write).rejects.toBeInstanceOf(ConditionalCheckFailedException);
  });
});

describe('updates', () => {
  async function update(
    before: Record<string, unknown>,
    expression: string,
    values: Record<string, unknown>,
    names?: Record<string, string>,
  ) {
    const user = uniqueName('u');
    await put({ user, seq: 1, ...before });
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { user, seq: 1 },
        UpdateExpression: expression,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
        ...(names && { ExpressionAttributeNames: names }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    const { user: _user, seq: _seq, ...rest } = Attributes ?? {};
    return rest;
  }

  it.each<[string, Record<string, unknown>, string, Record<string, unknown>, Record<string, unknown>]>([
    ['counts', { n: 5 }, 'SET n = n + :d, m = :d - n', { ':d': 2 }, { n: 7, m: -3 }],
    ['starts a counter', {}, 'SET n = if_not_exists(n, :zero) + :d', { ':zero': 0, ':d': 2 }, { n: 2 }],
    ['appends', { l: [1] }, 'SET l = list_append(l, :more)', { ':more': [2] }, { l: [1, 2] }],
    ['swaps, seeing the item as it was', { a: 1, b: 2 }, 'SET a = b, b = a', {}, { a: 2, b: 1 }],
    [
      'sets inside documents',
      { d: { l: [{ x: 1 }] } },
      'SET d.l[0].x = :v, d.l[7] = :v',
      { ':v': 9 },
      { d: { l: [{ x: 9 }, 9] } },
    ],
    ['removes list elements', { l: [0, 1, 2, 3] }, 'REMOVE l[0], l[2]', {}, { l: [1, 3] }],
    ['adds numbers', { n: 1 }, 'ADD n :d, fresh :d', { ':d': 3 }, { n: 4, fresh: 3 }],
    [
      'adds to sets',
      { s: new Set(['a']) },
      'ADD s :more',
      { ':more': new Set(['a', 'b']) },
      { s: new Set(['a', 'b']) },
    ],
    [
      'drops a set with its last element',
      { s: new Set(['a']) },
      'DELETE s :gone',
      { ':gone': new Set(['a']) },
      {},
    ],
    [
      'takes several sections',
      { a: 1, b: 2, c: 3 },
      'SET a = :v REMOVE b ADD c :v',
      { ':v': 9 },
      { a: 9, c: 12 },
    ],
  ])('%s', async (_, before, expression, values, after) => {
    expect(await update(before, expression, values)).toEqual(after);
  });

  it('does decimal arithmetic on 38 digits', async () => {
    const user = uniqueName('u');
    const long = '12345678901234567890123456789012345678';
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: { user: { S: user }, seq: { N: '1.0' }, big: { N: long }, small: { N: '0.10' } },
      }),
    );
    await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { user, seq: 1 },
        UpdateExpression: 'SET big = big + :one, small = small + :fifth',
        ExpressionAttributeValues: { ':one': 1, ':fifth': 0.2 },
      }),
    );
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { user: { S: user }, seq: { N: '1e0' } } }),
    );
    expect(Item).toEqual({
      user: { S: user },
      seq: { N: '1' },
      big: { N: '12345678901234567890123456789012345679' },
      small: { N: '0.3' },
    });
  });

  it('creates the item, and returns what it is asked for', async () => {
    const key = { user: uniqueName('u'), seq: 1 };
    const send = (ReturnValues: 'ALL_OLD' | 'UPDATED_OLD' | 'UPDATED_NEW') =>
      documents.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          UpdateExpression: 'SET #d.#x = if_not_exists(#d.#x, :z) + :one',
          ExpressionAttributeNames: { '#d': 'data', '#x': 'x' },
          ExpressionAttributeValues: { ':z': 0, ':one': 1 },
          ReturnValues,
        }),
      );
    await put({ ...key, data: {}, other: 1 });
    expect((await send('UPDATED_NEW')).Attributes).toEqual({ data: { x: 1 } });
    expect((await send('UPDATED_OLD')).Attributes).toEqual({ data: { x: 1 } });
    expect((await send('ALL_OLD')).Attributes).toEqual({ ...key, data: { x: 2 }, other: 1 });
    const fresh = { user: uniqueName('u'), seq: 2 };
    await documents.send(new UpdateCommand({ TableName: table, Key: fresh }));
    expect(await get(fresh.user, 2)).toEqual(fresh);
  });
});

describe('messages of refused requests', () => {
  const key = { user: 'nobody', seq: 1 };
  it.each<[string, Record<string, unknown>, string]>([
    [
      'unused value',
      { UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': 1, ':b': 2 } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}',
    ],
    [
      'unused name',
      { UpdateExpression: 'REMOVE a', ExpressionAttributeNames: { '#b': 'b' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}',
    ],
    [
      'undefined value',
      { UpdateExpression: 'SET a = :a' },
      'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :a',
    ],
    [
      'undefined name',
      { UpdateExpression: 'REMOVE #a' },
      'Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #a',
    ],
    [
      'reserved word',
      { UpdateExpression: 'SET status = :a', ExpressionAttributeValues: { ':a': 1 } },
      'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'syntax',
      { UpdateExpression: 'SET a :a', ExpressionAttributeValues: { ':a': 1 } },
      'Invalid UpdateExpression: Syntax error; token: ":a", near: "a :a"',
    ],
    [
      'key attribute',
      { UpdateExpression: 'SET seq = :a', ExpressionAttributeValues: { ':a': 1 } },
      'One or more parameter values were invalid: Cannot update attribute seq. This attribute is part of the key',
    ],
    [
      'overlap',
      { UpdateExpression: 'SET a.b = :a REMOVE a', ExpressionAttributeValues: { ':a': 1 } },
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]',
    ],
    [
      'absent operand',
      { UpdateExpression: 'SET a = b' },
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    [
      'absent parent',
      { UpdateExpression: 'SET a.b = :a', ExpressionAttributeValues: { ':a': 1 } },
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'index key type',
      { UpdateExpression: 'SET team = :a', ExpressionAttributeValues: { ':a': 1 } },
      'One or more parameter values were invalid: Type mismatch for Index Key team Expected: S Actual: N IndexName: team-score',
    ],
    [
      'function',
      { UpdateExpression: 'SET a = upper(b)' },
      'Invalid UpdateExpression: Invalid function name; function: upper',
    ],
  ])('%s', async (_, input, message) => {
    const request = documents.send(new UpdateCommand({ TableName: table, Key: key, ...input }));
    await expect(request).rejects.toMatchObject({ name: 'ValidationException', message });
    expect(await get(key.user, key.seq)).toBeUndefined();
  });

  it.each<[string, Record<string, AttributeValue>, string]>([
    [
      'no range key',
      { user: { S: 'u' } },
      'One or more parameter values were invalid: Missing the key seq in the item',
    ],
    [
      'wrong type',
      { user: { S: 'u' }, seq: { S: '1' } },
      'One or more parameter values were invalid: Type mismatch for key seq expected: N actual: S',
    ],
    [
      'empty key',
      { user: { S: '' }, seq: { N: '1' } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: user',
    ],
    [
      'not a number',
      { user: { S: 'u' }, seq: { N: 'one' } },
      'The parameter cannot be converted to a numeric value: one',
    ],
    [
      '39 digits',
      { user: { S: 'u' }, seq: { N: '1'.repeat(39) } },
      'Attempting to store more than 38 significant digits in a Number',
    ],
    [
      'empty set',
      { user: { S: 'u' }, seq: { N: '1' }, s: { SS: [] } },
      'One or more parameter values were invalid: An string set  may not be empty',
    ],
    [
      'duplicates',
      { user: { S: 'u' }, seq: { N: '1' }, s: { SS: ['a', 'a'] } },
      'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
    ],
    [
      '400 KB',
      { user: { S: 'u' }, seq: { N: '1' }, s: { S: 'x'.repeat(400 * 1024) } },
      'Item size has exceeded the maximum allowed size',
    ],
  ])('put: %s', async (_, item, message) => {
    await expect(client.send(new PutItemCommand({ TableName: table, Item: item }))).rejects.toMatchObject({
      name: 'ValidationException',
      message,
    });
  });

  it('names what does not exist', async () => {
    await expect(
      documents.send(new GetCommand({ TableName: uniqueName('none'), Key: { a: 1 } })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
    await expect(
      documents.send(new GetCommand({ TableName: table, Key: { user: 'u' } })),
    ).rejects.toMatchObject({
      message: 'The provided key element does not match the schema',
    });
    await expect(
      documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'no',
          KeyConditionExpression: 'a = :a',
          ExpressionAttributeValues: { ':a': 1 },
        }),
      ),
    ).rejects.toMatchObject({ message: 'The table does not have the specified index: no' });
  });
});

describe('query and scan', () => {
  const user = uniqueName('q');
  const team = uniqueName('team');
  const numbers = [-10, -2.5, 0, 1, 2, 10, 100];

  beforeAll(async () => {
    for (const seq of [...numbers].sort(() => 0.5 - Math.random())) {
      await put({
        user,
        seq,
        parity: seq % 2 === 0 ? 'even' : 'odd',
        ...(seq > 0 && { team, score: -seq, extra: 'x' }),
      });
    }
  });

  async function sequence(input: Record<string, unknown>): Promise<unknown[]> {
    const result = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#u = :u',
        ...input,
        ExpressionAttributeNames: { '#u': 'user' },
        ExpressionAttributeValues: { ':u': user, ...(input.ExpressionAttributeValues as object) },
      }),
    );
    return (result.Items ?? []).map((item) => item.seq as number);
  }

  it('orders numbers by value, both ways', async () => {
    expect(await sequence({})).toEqual(numbers);
    expect(await sequence({ ScanIndexForward: false, Limit: 3 })).toEqual([100, 10, 2]);
  });

  it.each<[string, object, number[]]>([
    ['seq > :a', { ':a': 1 }, [2, 10, 100]],
    ['seq >= :a', { ':a': 1 }, [1, 2, 10, 100]],
    ['seq < :a', { ':a': 0 }, [-10, -2.5]],
    ['seq <= :a', { ':a': 0 }, [-10, -2.5, 0]],
    ['seq = :a', { ':a': 10 }, [10]],
    ['seq BETWEEN :a AND :b', { ':a': -2.5, ':b': 2 }, [-2.5, 0, 1, 2]],
  ])('%s', async (condition, values, expected) => {
    expect(
      await sequence({
        KeyConditionExpression: `#u = :u AND ${condition}`,
        ExpressionAttributeValues: values,
      }),
    ).toEqual(expected);
  });

  it.each([true, false])('pages without gaps or repeats (forward: %s)', async (ScanIndexForward) => {
    const seen: unknown[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#u = :u',
          FilterExpression: 'parity = :even',
          ExpressionAttributeNames: { '#u': 'user' },
          ExpressionAttributeValues: { ':u': user, ':even': 'even' },
          Limit: 2,
          ScanIndexForward,
          ExclusiveStartKey: start,
        }),
      );
      expect(page.ScannedCount).toBeLessThanOrEqual(2);
      seen.push(...(page.Items ?? []).map((item) => item.seq as number));
      start = page.LastEvaluatedKey;
    } while (start);
    const even = numbers.filter((n) => n % 2 === 0);
    expect(seen).toEqual(ScanIndexForward ? even : even.reverse());
  });

  it('keeps sparse indexes, with what they project', async () => {
    const all = () =>
      documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'team-score',
          KeyConditionExpression: 'team = :t',
          ExpressionAttributeValues: { ':t': team },
        }),
      );
    expect((await all()).Items).toEqual([100, 10, 2, 1].map((seq) => ({ user, seq, team, score: -seq })));
    await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { user, seq: 10 },
        UpdateExpression: 'SET score = :s',
        ExpressionAttributeValues: { ':s': 5 },
      }),
    );
    await documents.send(
      new UpdateCommand({ TableName: table, Key: { user, seq: 2 }, UpdateExpression: 'REMOVE team' }),
    );
    expect(((await all()).Items ?? []).map((item) => item.seq as number)).toEqual([100, 1, 10]);
  });

  it('scans everything once in segments, and counts', async () => {
    const owners = Array.from({ length: 40 }, (_, index) => `${user}-${index}`);
    await Promise.all(owners.map((owner) => put({ user: owner, seq: 1, mark: user })));
    const scanSegment = async (Segment: number): Promise<string[]> => {
      const found: string[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new ScanCommand({
            TableName: table,
            Segment,
            TotalSegments: 3,
            Limit: 7,
            FilterExpression: 'mark = :m',
            ExpressionAttributeValues: { ':m': user },
            ProjectionExpression: '#u',
            ExpressionAttributeNames: { '#u': 'user' },
            ExclusiveStartKey,
          }),
        );
        found.push(...(page.Items ?? []).map((item) => String(item.user)));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return found;
    };
    const segments = await Promise.all([0, 1, 2].map(scanSegment));
    expect(segments.flat().sort()).toEqual([...owners].sort());
    const count = await documents.send(
      new ScanCommand({
        TableName: table,
        Select: 'COUNT',
        FilterExpression: 'mark = :m',
        ExpressionAttributeValues: { ':m': user },
      }),
    );
    expect(count.Count).toBe(40);
    expect(count.Items).toBeUndefined();
  });

  it('ends a page at 1 MB', async () => {
    const owner = uniqueName('big');
    for (let seq = 0; seq < 4; seq++) await put({ user: owner, seq, text: 'x'.repeat(390_000) });
    const first = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#u = :u',
        ExpressionAttributeNames: { '#u': 'user' },
        ExpressionAttributeValues: { ':u': owner },
      }),
    );
    expect(first.Count).toBe(3);
    expect(first.LastEvaluatedKey).toEqual({ user: owner, seq: 2 });
  });

  it('sorts text by its UTF-8 bytes', async () => {
    const name = uniqueName('texts');
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['h', 'r'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'h', KeyType: 'HASH' },
          { AttributeName: 'r', KeyType: 'RANGE' },
        ],
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName: name });
    const texts = ['B', 'a', 'あ', '万', '\uff5e', '😀'];
    for (const r of [...texts].reverse())
      await documents.send(new PutCommand({ TableName: name, Item: { h: 'x', r } }));
    const condition = {
      TableName: name,
      KeyConditionExpression: 'h = :h',
      ExpressionAttributeValues: { ':h': 'x' },
    };
    const { Items } = await documents.send(new QueryCommand(condition));
    expect((Items ?? []).map(({ r }) => String(r))).toEqual(texts);
    const prefixed = await documents.send(
      new QueryCommand({
        ...condition,
        KeyConditionExpression: 'h = :h AND begins_with(r, :p)',
        ExpressionAttributeValues: { ':h': 'x', ':p': '万' },
      }),
    );
    expect(prefixed.Count).toBe(1);
    await client.send(new DeleteTableCommand({ TableName: name }));
  });
});

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
    if (!services.local) return;
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
    if (!services.local) return;
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
