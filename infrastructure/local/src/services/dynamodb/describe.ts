import { keyAttributes, type KeySchema } from './keys';
import { attributesOf, type IndexDefinition, type Table, type TableDefinition } from './table';

type Status = 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE';

/** TableDescription. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
export function describe(table: Table, arn: string, status: Status = 'ACTIVE'): object {
  const { definition } = table;
  const globals = definition.indexes.filter(({ local }) => !local);
  const locals = definition.indexes.filter(({ local }) => local);
  const index = (each: IndexDefinition): object => describeIndex(table, each, arn, status);
  return {
    AttributeDefinitions: attributesOf(definition).map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    TableName: definition.name,
    KeySchema: describeKeys(definition.schema),
    TableStatus: status,
    CreationDateTime: definition.createdAt,
    ProvisionedThroughput: throughput(definition),
    TableSizeBytes: table.sizeBytes,
    ItemCount: table.itemCount,
    TableArn: arn,
    TableId: definition.id,
    ...(definition.billingMode === 'PAY_PER_REQUEST' && {
      BillingModeSummary: {
        BillingMode: definition.billingMode,
        LastUpdateToPayPerRequestDateTime: definition.createdAt,
      },
    }),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals.map(index) }),
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals.map(index) }),
    DeletionProtectionEnabled: definition.deletionProtection,
  };
}

function describeIndex(table: Table, definition: IndexDefinition, arn: string, status: Status): object {
  return {
    IndexName: definition.name,
    KeySchema: describeKeys(definition.schema),
    Projection: {
      ProjectionType: definition.projection,
      ...(definition.projection === 'INCLUDE' && { NonKeyAttributes: definition.included }),
    },
    ...(!definition.local && { IndexStatus: status, ProvisionedThroughput: throughput(table.definition) }),
    IndexSizeBytes: 0,
    ItemCount: table.secondary.get(definition.name)?.index.size ?? 0,
    IndexArn: `${arn}/index/${definition.name}`,
  };
}

function describeKeys(schema: KeySchema): object[] {
  return keyAttributes(schema).map(({ name }, at) => ({
    AttributeName: name,
    KeyType: at === 0 ? 'HASH' : 'RANGE',
  }));
}

function throughput({ throughput: { read, write } }: TableDefinition): object {
  return { NumberOfDecreasesToday: 0, ReadCapacityUnits: read, WriteCapacityUnits: write };
}
