import type { Item } from './attributes';
import { compareText } from '../text-order';
import { compareKeyText, keyText, type KeySchema, type KeyText } from './keys';

/** An item in memory; shared by the table and its indexes. */
export interface Entry {
  /** Primary key (keys.ts joinKey). */
  readonly key: string;
  item: Item;
  /** Bytes, as AWS counts them. */
  size: number;
}

/** A place in an index: in front of or behind it a page begins. */
export interface Position {
  readonly hash: KeyText;
  readonly range: KeyText | undefined;
  readonly key: string;
}

export const bucketCount = 1024;

/**
 * Items by hash key, within one by range key, then by primary key. Hash keys lie in buckets so that a scan has an
 * order that does not change while items come and go, and segments that do not overlap.
 */
export class SortedIndex {
  private readonly partitions = new Map<KeyText, Entry[]>();
  private readonly buckets: KeyText[][] = Array.from({ length: bucketCount }, () => []);
  private entryCount = 0;

  constructor(readonly schema: KeySchema) {}

  get size(): number {
    return this.entryCount;
  }

  /** Sparse: an item without the index's keys is not in it. */
  covers(item: Item): boolean {
    const { hash, range } = this.schema;
    return keyText(item, hash) !== undefined && (!range || keyText(item, range) !== undefined);
  }

  sameKeys(one: Item, two: Item): boolean {
    const { hash, range } = this.schema;
    return (
      keyText(one, hash) === keyText(two, hash) && (!range || keyText(one, range) === keyText(two, range))
    );
  }

  /** `entry.item` must not change its keys while it is in the index. */
  insert(entry: Entry): void {
    if (!this.covers(entry.item)) return;
    const position = this.position(entry);
    let partition = this.partitions.get(position.hash);
    if (!partition) {
      partition = [];
      this.partitions.set(position.hash, partition);
      const bucket = this.bucket(position.hash);
      bucket.splice(hashPlace(bucket, position.hash), 0, position.hash);
    }
    partition.splice(this.place(partition, position), 0, entry);
    this.entryCount++;
  }

  remove(entry: Entry): void {
    if (!this.covers(entry.item)) return;
    const position = this.position(entry);
    const partition = this.partitions.get(position.hash);
    const at = partition ? this.place(partition, position) : 0;
    if (partition?.[at] !== entry) return;
    partition.splice(at, 1);
    this.entryCount--;
    if (partition.length > 0) return;
    this.partitions.delete(position.hash);
    const bucket = this.bucket(position.hash);
    bucket.splice(hashPlace(bucket, position.hash), 1);
  }

  partition(hash: KeyText): readonly Entry[] {
    return this.partitions.get(hash) ?? [];
  }

  position(entry: Entry): Position {
    const { hash, range } = this.schema;
    return {
      hash: keyText(entry.item, hash) ?? '',
      range: range && keyText(entry.item, range),
      key: entry.key,
    };
  }

  /** Index of the first entry at or behind the position. */
  place(partition: readonly Entry[], position: Position): number {
    return lowerBound(partition.length, (at) => this.compare(partition[at], position) < 0);
  }

  /** Index of the first entry whose range key is not less than (or, `after`, greater than) the given one. */
  rangePlace(partition: readonly Entry[], range: KeyText, after: boolean): number {
    const attribute = this.schema.range;
    if (!attribute) return 0;
    return lowerBound(partition.length, (at) => {
      const order = compareKeyText(
        attribute.type,
        keyText(partition[at]?.item ?? {}, attribute) ?? '',
        range,
      );
      return after ? order <= 0 : order < 0;
    });
  }

  private compare(entry: Entry | undefined, position: Position): number {
    const attribute = this.schema.range;
    if (!entry) return 1;
    const order =
      attribute && position.range !== undefined
        ? compareKeyText(attribute.type, keyText(entry.item, attribute) ?? '', position.range)
        : 0;
    return order === 0 ? compareText(entry.key, position.key) : order;
  }

  /** All entries behind `after` in buckets `from` (inclusive) to `to`. Ends when the caller stops. */
  *scan(from: number, to: number, after?: Position): Generator<Entry> {
    const start = after ? Math.max(from, bucketOf(after.hash)) : from;
    for (let number = start; number < to; number++) {
      const bucket = this.buckets[number] ?? [];
      const resumed = after !== undefined && number === bucketOf(after.hash);
      for (let at = resumed ? hashPlace(bucket, after.hash) : 0; at < bucket.length; at++) {
        const hash = bucket[at] ?? '';
        const partition = this.partition(hash);
        yield* resumed && hash === after.hash
          ? partition.slice(this.placeAfter(partition, after))
          : partition;
      }
    }
  }

  placeAfter(partition: readonly Entry[], position: Position): number {
    const at = this.place(partition, position);
    const found = partition[at];
    return found && this.compare(found, position) === 0 ? at + 1 : at;
  }

  private bucket(hash: KeyText): KeyText[] {
    return this.buckets[bucketOf(hash)] ?? [];
  }
}

/** FNV-1a, so that neighbouring keys spread. */
export function bucketOf(hash: KeyText): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < hash.length; at++) value = Math.imul(value ^ hash.charCodeAt(at), 0x01000193);
  return (value >>> 0) % bucketCount;
}

function hashPlace(bucket: readonly KeyText[], hash: KeyText): number {
  return lowerBound(bucket.length, (at) => (bucket[at] ?? '') < hash);
}

/** First position for which `before` is false; it must be true, then false. Appending costs one comparison. */
export function lowerBound(length: number, before: (at: number) => boolean): number {
  if (length === 0 || before(length - 1)) return length;
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
