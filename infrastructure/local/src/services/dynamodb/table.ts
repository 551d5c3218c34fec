import type { KeyAttribute } from '../../artefacts/model';
import type { Collection } from '../../store/store';
import { normaliseItem, type Item } from './attributes';
import { Expiry } from './expiry';
import { project, type Steps } from './expressions/paths';
import { keyAttributes, primaryKey, type KeySchema } from './keys';
import { SortedIndex, type Entry } from './sorted-index';

export interface IndexDefinition {
  readonly name: string;
  readonly schema: KeySchema;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** With INCLUDE. */
  readonly included: readonly string[];
  readonly local: boolean;
}

/** What a table is, as it is kept. */
export interface TableDefinition {
  readonly name: string;
  readonly id: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly schema: KeySchema;
  readonly indexes: readonly IndexDefinition[];
  readonly ttlAttribute?: string;
  readonly billingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  readonly throughput: { readonly read: number; readonly write: number };
  readonly deletionProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SecondaryIndex {
  readonly definition: IndexDefinition;
  readonly index: SortedIndex;
  /** What a read of the index may see; undefined: everything. */
  readonly projected: readonly Steps[] | undefined;
}

/** AWS does not expire items whose time lies more than five years back. */
const oldestExpiry = 5 * 365 * 24 * 3600;

/** The items of one table in memory, written through. All operations are synchronous, hence atomic. */
export class Table {
  readonly main: SortedIndex;
  readonly secondary = new Map<string, SecondaryIndex>();
  sizeBytes = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly expiry: Expiry;

  constructor(
    public definition: TableDefinition,
    private readonly items: Collection<Item>,
    /** Called after a change that no client waits for. */
    private readonly changed: () => void,
  ) {
    this.main = new SortedIndex(definition.schema);
    this.expiry = new Expiry((key) => {
      this.expire(key);
    });
    for (const index of definition.indexes) this.openIndex(index);
    for (const [key, item] of items) this.link({ key, item, size: normaliseItem(item) });
    this.watchExpiry();
  }

  get schema(): KeySchema {
    return this.definition.schema;
  }

  get itemCount(): number {
    return this.entries.size;
  }

  start(): void {
    this.expiry.start();
  }

  stop(): void {
    this.expiry.stop();
  }

  find(item: Item): Entry | undefined {
    return this.entries.get(primaryKey(this.schema, item));
  }

  /** The item becomes the table's: the caller must not change it any more. */
  put(item: Item, size: number): void {
    const key = primaryKey(this.schema, item);
    const entry = this.entries.get(key);
    const before = entry?.item;
    if (!entry) this.link({ key, item, size });
    else this.replace(entry, item, size);
    this.items.set(key, item);
    this.noteExpiry(key, item, before);
  }

  private replace(entry: Entry, item: Item, size: number): void {
    const moved = [...this.secondary.values()].filter(({ index }) => !index.sameKeys(entry.item, item));
    for (const { index } of moved) index.remove(entry);
    this.sizeBytes += size - entry.size;
    entry.item = item;
    entry.size = size;
    for (const { index } of moved) index.insert(entry);
  }

  delete(key: Item): void {
    const entry = this.find(key);
    if (entry) this.unlink(entry);
  }

  private link(entry: Entry): void {
    this.entries.set(entry.key, entry);
    this.sizeBytes += entry.size;
    this.main.insert(entry);
    for (const { index } of this.secondary.values()) index.insert(entry);
  }

  private unlink(entry: Entry): void {
    this.entries.delete(entry.key);
    this.sizeBytes -= entry.size;
    this.main.remove(entry);
    for (const { index } of this.secondary.values()) index.remove(entry);
    this.items.delete(entry.key);
  }

  /** Before the table itself goes. */
  clear(): void {
    this.stop();
    for (const entry of [...this.entries.values()]) this.unlink(entry);
  }

  redefine(definition: TableDefinition): void {
    const ttlChanged = definition.ttlAttribute !== this.definition.ttlAttribute;
    this.definition = definition;
    for (const name of this.secondary.keys()) {
      if (!definition.indexes.some((index) => index.name === name)) this.secondary.delete(name);
    }
    for (const index of definition.indexes) {
      if (this.secondary.has(index.name)) continue;
      const opened = this.openIndex(index);
      for (const entry of this.entries.values()) opened.insert(entry);
    }
    if (ttlChanged) this.watchExpiry();
  }

  private openIndex(definition: IndexDefinition): SortedIndex {
    const index = new SortedIndex(definition.schema);
    const keys = [...keyAttributes(this.schema), ...keyAttributes(definition.schema)].map(({ name }) => name);
    const names = new Set([...keys, ...definition.included]);
    const projected = definition.projection === 'ALL' ? undefined : [...names].map((name) => [name]);
    this.secondary.set(definition.name, { definition, index, projected });
    return index;
  }

  private watchExpiry(): void {
    this.expiry.clear();
    for (const { key, item } of this.entries.values()) this.noteExpiry(key, item, undefined);
  }

  private noteExpiry(key: string, item: Item, before: Item | undefined): void {
    const at = this.expiresAt(item);
    if (at === undefined || (before && this.expiresAt(before) === at)) return;
    this.expiry.add(key, at);
    // Times that were moved leave stale entries behind.
    if (this.expiry.size > 2 * this.entries.size + 1024) this.watchExpiry();
  }

  private expiresAt(item: Item): number | undefined {
    const name = this.definition.ttlAttribute;
    const seconds = name === undefined ? undefined : item[name]?.N;
    return seconds === undefined ? undefined : Number(seconds);
  }

  private expire(key: string): void {
    const entry = this.entries.get(key);
    const at = entry && this.expiresAt(entry.item);
    const now = Date.now() / 1000;
    if (entry && at !== undefined && at <= now && at > now - oldestExpiry) {
      this.unlink(entry);
      this.changed();
    }
  }
}

/** What the given index shows of an item. */
export function visible(item: Item, secondary: SecondaryIndex | undefined): Item {
  return secondary?.projected ? project(item, secondary.projected) : item;
}

export function attributesOf(definition: TableDefinition): KeyAttribute[] {
  const byName = new Map<string, KeyAttribute>();
  for (const { schema } of [definition, ...definition.indexes]) {
    for (const attribute of keyAttributes(schema)) byName.set(attribute.name, attribute);
  }
  return [...byName.values()];
}
