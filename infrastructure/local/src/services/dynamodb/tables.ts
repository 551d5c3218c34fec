import type { KeyAttribute } from '../../artefacts/model';
import { AwsError } from '../../endpoint/aws';
import type { Database } from './database';
import { describe } from './describe';
import { constraint, invalid, invalidParameter, tableNotFound } from './errors';
import type { KeySchema } from './keys';
import type { IndexDefinition, Table } from './table';

interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: KeyAttribute['type'];
}

interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection?: {
    readonly ProjectionType?: IndexDefinition['projection'];
    readonly NonKeyAttributes?: readonly string[];
  };
}

interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface Settings {
  readonly TableName?: string;
  readonly AttributeDefinitions?: readonly AttributeDefinition[];
  readonly BillingMode?: 'PAY_PER_REQUEST' | 'PROVISIONED';
  readonly ProvisionedThroughput?: Throughput;
  readonly DeletionProtectionEnabled?: boolean;
  readonly StreamSpecification?: { readonly StreamEnabled: boolean };
}

export interface CreateTableInput extends Settings {
  readonly KeySchema?: readonly KeySchemaElement[];
  readonly GlobalSecondaryIndexes?: readonly IndexInput[];
  readonly LocalSecondaryIndexes?: readonly IndexInput[];
  readonly Tags?: readonly Tag[];
}

export interface UpdateTableInput extends Settings {
  readonly GlobalSecondaryIndexUpdates?: readonly {
    readonly Create?: IndexInput;
    readonly Delete?: { readonly IndexName: string };
    readonly Update?: { readonly IndexName: string };
  }[];
}

export interface TableNameInput {
  readonly TableName?: string;
}

const tableName = /^[a-zA-Z0-9_.-]+$/;

/** Tables are there at once, but the answer says CREATING as AWS does; waiters then find ACTIVE. */
export async function createTable(database: Database, input: CreateTableInput): Promise<object> {
  const name = checkedName(input.TableName);
  refuseStreams(input);
  const attributes = attributeTypes(input.AttributeDefinitions);
  const schema = keySchema(input.KeySchema, attributes);
  const indexes = [
    ...(input.GlobalSecondaryIndexes ?? []).map((index) => indexDefinition(index, attributes, false)),
    ...(input.LocalSecondaryIndexes ?? []).map((index) => indexDefinition(index, attributes, true)),
  ];
  checkIndexes(schema, indexes);
  const used = new Set(
    [schema, ...indexes.map((index) => index.schema)].flatMap((each) => [each.hash.name, each.range?.name]),
  );
  if ([...attributes.keys()].some((attribute) => !used.has(attribute))) {
    throw invalidParameter(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  const billingMode = input.BillingMode ?? 'PROVISIONED';
  if (billingMode === 'PROVISIONED' && !input.ProvisionedThroughput) {
    throw invalidParameter(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  const table = await database.create({
    name,
    schema,
    indexes,
    billingMode,
    throughput: throughput(input.ProvisionedThroughput),
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value])),
  });
  return { TableDescription: describe(table, database.arn(name), 'CREATING') };
}

function checkedName(name: string | undefined): string {
  if (typeof name !== 'string') throw constraint(name, 'tableName', 'Member must not be null');
  if (!tableName.test(name)) {
    throw constraint(name, 'tableName', 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  }
  if (name.length < 3 || name.length > 255) {
    throw invalid('TableName must be at least 3 characters long and at most 255 characters long');
  }
  return name;
}

function refuseStreams({ StreamSpecification: stream }: Settings): void {
  if (stream?.StreamEnabled) throw invalid('The local cloud does not serve DynamoDB streams');
}

function throughput(given: Throughput | undefined): { read: number; write: number } {
  return { read: given?.ReadCapacityUnits ?? 0, write: given?.WriteCapacityUnits ?? 0 };
}

function attributeTypes(definitions: readonly AttributeDefinition[] = []): Map<string, KeyAttribute['type']> {
  return new Map(
    definitions.map(({ AttributeName: name, AttributeType: type }) => {
      if (!['S', 'N', 'B'].includes(type)) {
        throw constraint(
          type,
          'attributeDefinitions.1.member.attributeType',
          'Member must satisfy enum value set: [B, N, S]',
        );
      }
      return [name, type];
    }),
  );
}

function keySchema(
  elements: readonly KeySchemaElement[] | undefined,
  types: ReadonlyMap<string, KeyAttribute['type']>,
): KeySchema {
  const [hash, range] = elements ?? [];
  if (
    !hash ||
    hash.KeyType !== 'HASH' ||
    (range && range.KeyType !== 'RANGE') ||
    (elements?.length ?? 0) > 2
  ) {
    throw invalidParameter('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  const attribute = ({ AttributeName: name }: KeySchemaElement): KeyAttribute => {
    const type = types.get(name);
    if (type === undefined) {
      throw invalidParameter(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}], AttributeDefinitions: [${[...types.keys()].join(', ')}]`,
      );
    }
    return { name, type };
  };
  return { hash: attribute(hash), ...(range && { range: attribute(range) }) };
}

function indexDefinition(
  { IndexName: name, KeySchema: keys, Projection: projection }: IndexInput,
  types: ReadonlyMap<string, KeyAttribute['type']>,
  local: boolean,
): IndexDefinition {
  if (!projection?.ProjectionType) throw invalidParameter('Unknown ProjectionType: null');
  const included = projection.NonKeyAttributes ?? [];
  if ((projection.ProjectionType === 'INCLUDE') !== included.length > 0) {
    throw invalidParameter(
      `ProjectionType is ${projection.ProjectionType}, but NonKeyAttributes is ${included.length > 0 ? '' : 'not '}specified`,
    );
  }
  return { name, schema: keySchema(keys, types), projection: projection.ProjectionType, included, local };
}

function checkIndexes(schema: KeySchema, indexes: readonly IndexDefinition[]): void {
  const names = indexes.map(({ name }) => name);
  const duplicate = names.find((name, at) => names.indexOf(name) !== at);
  if (duplicate !== undefined) throw invalidParameter(`Duplicate index name: ${duplicate}`);
  for (const { name, local, schema: own } of indexes) {
    if (local && own.hash.name !== schema.hash.name) {
      throw invalidParameter(
        `Table KeySchema does not have the same leading hash key as the index. Index: ${name}`,
      );
    }
    if (local && (!schema.range || !own.range)) {
      throw invalidParameter(
        'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
      );
    }
  }
}

export function describeTable(database: Database, input: TableNameInput): object {
  const table = named(database, input);
  return { Table: describe(table, database.arn(table.definition.name)) };
}

export function deleteTable(database: Database, input: TableNameInput): object {
  const table = named(database, input);
  const { name, deletionProtection } = table.definition;
  if (deletionProtection) {
    throw invalid(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
    );
  }
  const description = describe(table, database.arn(name), 'DELETING');
  database.drop(table);
  return { TableDescription: description };
}

export function updateTable(database: Database, input: UpdateTableInput): object {
  const table = named(database, input);
  refuseStreams(input);
  const { definition } = table;
  const types = attributeTypes(input.AttributeDefinitions);
  const indexes = [...definition.indexes];
  for (const change of input.GlobalSecondaryIndexUpdates ?? []) {
    if (change.Create) indexes.push(indexDefinition(change.Create, types, false));
    const gone = change.Delete?.IndexName ?? change.Update?.IndexName;
    const at = indexes.findIndex(({ name, local }) => name === gone && !local);
    if (gone !== undefined && at < 0) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: Index: ${gone} not found`,
      );
    }
    if (change.Delete) indexes.splice(at, 1);
  }
  checkIndexes(definition.schema, indexes);
  database.redefine(table, {
    indexes,
    billingMode: input.BillingMode ?? definition.billingMode,
    throughput: input.ProvisionedThroughput ? throughput(input.ProvisionedThroughput) : definition.throughput,
    deletionProtection: input.DeletionProtectionEnabled ?? definition.deletionProtection,
  });
  return { TableDescription: describe(table, database.arn(definition.name), 'UPDATING') };
}

/** As {@link Database.table}, but the error names the table, as control plane operations do. */
export function named(database: Database, { TableName: name }: TableNameInput): Table {
  try {
    return database.table(name);
  } catch (error) {
    throw error instanceof AwsError && error.code === 'ResourceNotFoundException'
      ? tableNotFound(name)
      : error;
  }
}

export function listTables(
  database: Database,
  input: { readonly ExclusiveStartTableName?: string; readonly Limit?: number },
): object {
  const { ExclusiveStartTableName: after = '', Limit: limit = 100 } = input;
  const names = database.names().filter((name) => name > after);
  const shown = names.slice(0, limit);
  return { TableNames: shown, ...(names.length > limit && { LastEvaluatedTableName: shown.at(-1) }) };
}
