import { AwsError } from '../../endpoint/aws';
import { invalid } from './errors';

/** What replaced each legacy parameter. */
const legacy: Readonly<Record<string, string>> = {
  AttributesToGet: 'ProjectionExpression',
  AttributeUpdates: 'UpdateExpression',
  ConditionalOperator: 'ConditionExpression',
  Expected: 'ConditionExpression',
  KeyConditions: 'KeyConditionExpression',
  QueryFilter: 'FilterExpression',
  ScanFilter: 'FilterExpression',
};

type Kind = 'string' | 'number' | 'boolean' | 'map' | 'strings' | 'list' | 'requests' | 'request';

/** Members of requests by their JSON type. `requests` and `request` hold such members again. */
const kinds = new Map<string, Kind>(
  Object.entries({
    string: [
      'TableName',
      'IndexName',
      'ConditionExpression',
      'FilterExpression',
      'KeyConditionExpression',
      'ProjectionExpression',
      'UpdateExpression',
      'ReturnValues',
      'ReturnConsumedCapacity',
      'ReturnValuesOnConditionCheckFailure',
      'Select',
      'ClientRequestToken',
      'BillingMode',
      'ExclusiveStartTableName',
      'ResourceArn',
      'AttributeName',
      'AttributeType',
      'KeyType',
      'ProjectionType',
    ],
    number: ['Limit', 'Segment', 'TotalSegments', 'ReadCapacityUnits', 'WriteCapacityUnits'],
    boolean: ['ConsistentRead', 'ScanIndexForward', 'DeletionProtectionEnabled', 'Enabled', 'StreamEnabled'],
    map: ['Item', 'Key', 'ExclusiveStartKey', 'ExpressionAttributeValues'],
    strings: ['ExpressionAttributeNames'],
    list: ['TagKeys', 'NonKeyAttributes', 'Keys'],
    requests: [
      'TransactItems',
      'RequestItems',
      'AttributeDefinitions',
      'KeySchema',
      'GlobalSecondaryIndexes',
      'LocalSecondaryIndexes',
      'GlobalSecondaryIndexUpdates',
    ],
    request: [
      'Put',
      'Get',
      'Delete',
      'Update',
      'ConditionCheck',
      'Create',
      'PutRequest',
      'DeleteRequest',
      'Projection',
      'ProvisionedThroughput',
      'StreamSpecification',
      'TimeToLiveSpecification',
    ],
  } satisfies Record<Kind, string[]>).flatMap(([kind, names]) =>
    names.map((name): [string, Kind] => [name, kind as Kind]),
  ),
);

/** Refuses members of the wrong JSON type and parameters that are not served, before an operation reads them. */
export function checkShape(request: unknown, where = 'request'): void {
  if (!isObject(request)) throw serialization(where);
  for (const name in request) {
    const instead = legacy[name];
    if (instead !== undefined) {
      throw invalid(`The local cloud does not serve the legacy parameter ${name}; use ${instead}`);
    }
    const kind = kinds.get(name);
    if (kind === undefined) continue;
    // null stands for an absent member.
    if (request[name] === null) delete request[name];
    else checkMember(name, kind, request[name]);
  }
}

function checkMember(name: string, kind: Kind, value: unknown): void {
  switch (kind) {
    case 'map':
      if (!isObject(value)) throw serialization(name);
      return;
    case 'strings':
      if (!isObject(value) || !Object.values(value).every((each) => typeof each === 'string'))
        throw serialization(name);
      return;
    case 'list':
      if (!Array.isArray(value)) throw serialization(name);
      return;
    case 'requests':
      checkRequests(name, value);
      return;
    case 'request':
      checkShape(value, name);
      return;
    default:
      if (typeof value !== kind) throw serialization(name);
  }
}

/** A list of requests, or (RequestItems) one or several requests for each table. */
function checkRequests(name: string, value: unknown): void {
  if (name === 'RequestItems') {
    if (!isObject(value)) throw serialization(name);
    for (const each of Object.values(value)) {
      if (Array.isArray(each)) checkRequests('WriteRequest', each);
      else checkShape(each, name);
    }
    return;
  }
  if (!Array.isArray(value)) throw serialization(name);
  for (const each of value) checkShape(each, name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function serialization(name: string): AwsError {
  return new AwsError('SerializationException', `${name} does not have the type it should have`);
}
