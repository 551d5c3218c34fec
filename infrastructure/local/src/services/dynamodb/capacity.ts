import type { Table } from './table';

export type ReturnConsumedCapacity = 'NONE' | 'TOTAL' | 'INDEXES';

/** Capacity units by table and index of one request. */
export class Consumption {
  private readonly byTable = new Map<Table, { table: number; indexes: Map<string, number> }>();

  constructor(
    private readonly wanted: ReturnConsumedCapacity | undefined,
    /** Transactions cost twice. */
    private readonly factor = 1,
  ) {}

  private get counted(): boolean {
    return this.wanted === 'TOTAL' || this.wanted === 'INDEXES';
  }

  /** 4 KB per unit, half of it for an eventually consistent read. */
  read(table: Table, bytes: number, consistent: boolean | undefined, index?: string): void {
    if (this.counted) this.add(table, Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5), index);
  }

  /** 1 KB per unit, of the larger of the item before and after. */
  write(table: Table, before: number, after: number): void {
    if (this.counted) this.add(table, Math.max(1, Math.ceil(Math.max(before, after) / 1024)));
  }

  private add(table: Table, units: number, index?: string): void {
    const entry = this.byTable.get(table) ?? { table: 0, indexes: new Map<string, number>() };
    this.byTable.set(table, entry);
    const charged = units * this.factor;
    if (index === undefined) entry.table += charged;
    else entry.indexes.set(index, (entry.indexes.get(index) ?? 0) + charged);
  }

  /** Members to be spread into an answer that names one table. */
  one(): object {
    const [first] = this.list();
    return first ? { ConsumedCapacity: first } : {};
  }

  /** The same for answers that may name several. */
  many(): object {
    return this.counted ? { ConsumedCapacity: this.list() } : {};
  }

  private list(): object[] {
    return [...this.byTable].map(([table, { table: own, indexes }]) => {
      const total = [...indexes.values()].reduce((sum, units) => sum + units, own);
      const brief = { TableName: table.definition.name, CapacityUnits: total };
      if (this.wanted !== 'INDEXES') return brief;
      const of = (local: boolean): Record<string, object> | undefined => {
        const mine = [...indexes].filter(([name]) => table.secondary.get(name)?.definition.local === local);
        return mine.length === 0
          ? undefined
          : Object.fromEntries(mine.map(([name, units]) => [name, { CapacityUnits: units }]));
      };
      return {
        ...brief,
        Table: { CapacityUnits: own },
        GlobalSecondaryIndexes: of(false),
        LocalSecondaryIndexes: of(true),
      };
    });
  }
}
