import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { PutCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { uniqueName } from './support/data-services';
import { createDocumentTable, type DocumentTable } from './support/document-table';

let shared: DocumentTable;
let client: DocumentTable['client'];
let documents: DocumentTable['documents'];
let table: DocumentTable['table'];
let put: DocumentTable['put'];

beforeAll(async () => {
  shared = await createDocumentTable();
  ({ client, documents, table, put } = shared);
});

afterAll(() => shared.close());

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
