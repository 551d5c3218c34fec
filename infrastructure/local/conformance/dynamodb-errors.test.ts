import { PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { uniqueName } from './support/data-services';
import { createDocumentTable, type DocumentTable } from './support/document-table';

let shared: DocumentTable;
let client: DocumentTable['client'];
let documents: DocumentTable['documents'];
let table: DocumentTable['table'];
let get: DocumentTable['get'];

beforeAll(async () => {
  shared = await createDocumentTable();
  ({ client, documents, table, get } = shared);
});

afterAll(() => shared.close());

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
