/** A heap of [epoch seconds, key] with one timer: the earliest is looked at when it is due. */
export class Expiry {
  private readonly heap: { at: number; key: string }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private started = false;

  /** `due` deletes the item if its time has come (an entry may be stale: the attribute can have changed since). */
  constructor(private readonly due: (key: string) => void) {}

  get size(): number {
    return this.heap.length;
  }

  add(key: string, at: number): void {
    this.heap.push({ at, key });
    this.rise(this.heap.length - 1);
    if (this.heap[0]?.key === key) this.arm();
  }

  start(): void {
    this.started = true;
    this.arm();
  }

  stop(): void {
    this.started = false;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  clear(): void {
    this.heap.length = 0;
  }

  private arm(): void {
    clearTimeout(this.timer);
    const first = this.heap[0];
    if (!first || !this.started) return;
    const wait = Math.min(Math.max(first.at * 1000 - Date.now(), 0), 2 ** 31 - 1);
    this.timer = setTimeout(() => {
      this.run();
    }, wait);
    this.timer.unref();
  }

  private run(): void {
    const now = Date.now() / 1000;
    for (let first = this.heap[0]; first && first.at <= now; first = this.heap[0]) {
      this.pop();
      this.due(first.key);
    }
    this.arm();
  }

  private pop(): void {
    const last = this.heap.pop();
    if (!last || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink();
  }

  private rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (this.time(parent) <= this.time(at)) return;
      this.swap(parent, at);
      at = parent;
    }
  }

  private sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      let least = at;
      if (this.time(left) < this.time(least)) least = left;
      if (this.time(left + 1) < this.time(least)) least = left + 1;
      if (least === at) return;
      this.swap(least, at);
      at = least;
    }
  }

  private time(at: number): number {
    return this.heap[at]?.at ?? Infinity;
  }

  private swap(one: number, two: number): void {
    const [a, b] = [this.heap[one], this.heap[two]];
    if (!a || !b) return;
    this.heap[one] = b;
    this.heap[two] = a;
  }
}
