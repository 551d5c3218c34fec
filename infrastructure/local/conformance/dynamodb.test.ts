import { ConditionalCheckFailedException, PutItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
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
