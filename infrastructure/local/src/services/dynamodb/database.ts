import { randomUUID } from 'node:crypto';
import type { TableSpec } from '../../artefacts/model';
import { AwsError } from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import type { Collection, Store } from '../../store/store';
import type { Item } from './attributes';
import { constraint, invalid, tableNotFound } from './errors';
import { Table, type IndexDefinition, type SecondaryIndex, type TableDefinition } from './table';

/** All tables, by name. */
export class Database {
  private readonly tables = new Map<string, Table>();
  private started = false;

  private constructor(
    private readonly context: CloudContext,
    private readonly definitions: Collection<TableDefinition>,
  ) {}

  static async open(context: CloudContext, specs: readonly TableSpec[]): Promise<Database> {
    const database = new Database(
      context,
      await context.store.collection<TableDefinition>('dynamodb.tables'),
    );
    for (const definition of database.definitions.values()) await database.load(definition);
    for (const spec of specs) await database.ensure(spec);
    return database;
  }

  get store(): Store {
    return this.context.store;
  }

  names(): string[] {
    return [...this.tables.keys()].sort();
  }

  arn(name: string): string {
    return `arn:aws:dynamodb:${this.context.region}:${this.context.accountId}:table/${name}`;
  }

  /** By name or ARN. Throws ResourceNotFoundException without the name, as data operations do. */
  table(nameOrArn: string | undefined): Table {
    if (typeof nameOrArn !== 'string') throw constraint(nameOrArn, 'tableName', 'Member must not be null');
    const table =
      this.tables.get(nameOrArn) ?? this.tables.get(nameOrArn.slice(nameOrArn.indexOf(':table/') + 7));
    if (!table) throw tableNotFound();
    return table;
  }

  async create(definition: Omit<TableDefinition, 'id' | 'createdAt'>): Promise<Table> {
    if (this.tables.has(definition.name)) {
      throw new AwsError('ResourceInUseException', `Table already exists: ${definition.name}`);
    }
    const complete = { ...definition, id: randomUUID(), createdAt: Math.round(Date.now()) / 1000 };
    this.definitions.set(definition.name, complete);
    return this.load(complete);
  }

  redefine(table: Table, change: Partial<TableDefinition>): void {
    this.replace(table, { ...table.definition, ...change });
  }

  replace(table: Table, definition: TableDefinition): void {
    table.redefine(definition);
    this.definitions.set(definition.name, definition);
  }

  drop(table: Table): void {
    table.clear();
    this.tables.delete(table.definition.name);
    this.definitions.delete(table.definition.name);
  }

  start(): void {
    this.started = true;
    for (const table of this.tables.values()) table.start();
  }

  stop(): void {
    for (const table of this.tables.values()) table.stop();
  }

  private async load(definition: TableDefinition): Promise<Table> {
    // Items of a table of the same name that was just dropped must be gone before they are read back.
    await this.store.flushed();
    const items = await this.store.collection<Item>(`dynamodb.items.${definition.name}`);
    const table = new Table(definition, items, () => {
      this.store.flushed().catch(console.error);
    });
    this.tables.set(definition.name, table);
    if (this.started) table.start();
    return table;
  }

  /** Makes the table a spec asks for, or brings its indexes and TTL to what the spec says. Keys cannot change. */
  private async ensure(spec: TableSpec): Promise<void> {
    const indexes = spec.globalSecondaryIndexes.map((index): IndexDefinition => ({
      name: index.name,
      schema: { hash: index.hashKey, ...(index.rangeKey && { range: index.rangeKey }) },
      projection: index.projection,
      included: [],
      local: false,
    }));
    const ttl = spec.ttlAttribute === undefined ? {} : { ttlAttribute: spec.ttlAttribute };
    const existing = this.tables.get(spec.name);
    if (existing) {
      this.redefine(existing, { indexes, ...ttl });
      return;
    }
    await this.create({
      name: spec.name,
      schema: { hash: spec.hashKey, ...(spec.rangeKey && { range: spec.rangeKey }) },
      indexes,
      ...ttl,
      billingMode: 'PAY_PER_REQUEST',
      throughput: { read: 0, write: 0 },
      deletionProtection: false,
      tags: {},
    });
  }
}

/** The secondary index a Query or Scan names. */
export function secondaryOf(table: Table, name: string | undefined): SecondaryIndex | undefined {
  if (name === undefined) return undefined;
  const secondary = table.secondary.get(name);
  if (!secondary) throw invalid(`The table does not have the specified index: ${name}`);
  return secondary;
}
