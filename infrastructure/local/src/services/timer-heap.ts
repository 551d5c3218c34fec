/** Something that becomes due. `heapIndex` belongs to the heap: -1 while the item is in none. */
export interface Timed {
  dueAt: number;
  heapIndex: number;
}

/** Binary heap by `dueAt` from which any item can be taken out: most messages are deleted long before they are due. */
export class TimerHeap<T extends Timed> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    this.items.push(item);
    this.up(item, this.items.length - 1);
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.heapIndex = -1;
    const last = this.items.pop();
    if (!last || last === item) return;
    this.up(last, index);
    this.down(last, last.heapIndex);
  }

  /** Takes out the first item if it is due at `now`. */
  popDue(now: number): T | undefined {
    const first = this.items[0];
    if (!first || first.dueAt > now) return undefined;
    this.remove(first);
    return first;
  }

  clear(): void {
    for (const item of this.items) item.heapIndex = -1;
    this.items.length = 0;
  }

  values(): IterableIterator<T> {
    return this.items.values();
  }

  private up(item: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = this.items[(index - 1) >> 1];
      if (!parent || parent.dueAt <= item.dueAt) break;
      this.place(parent, index);
      index = (index - 1) >> 1;
    }
    this.place(item, index);
  }

  private down(item: T, from: number): void {
    let index = from;
    for (;;) {
      const left = this.items[2 * index + 1];
      const right = this.items[2 * index + 2];
      const child = right && left && right.dueAt < left.dueAt ? right : left;
      if (!child || child.dueAt >= item.dueAt) break;
      const next = child.heapIndex;
      this.place(child, index);
      index = next;
    }
    this.place(item, index);
  }

  private place(item: T, index: number): void {
    this.items[index] = item;
    item.heapIndex = index;
  }
}
