/** Time, so that tests can move it. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Calls once at (or soon after) that time. */
  at(time: number, callback: () => void): Alarm;
}

export interface Alarm {
  cancel(): void;
}

/** setTimeout takes at most this long. */
const longest = 2_147_000_000;

interface Entry {
  readonly time: number;
  readonly callback: () => void;
  /** Place in the heap; -1 once fired or cancelled. */
  index: number;
}

/**
 * Any number of alarms on one timer: tasks set a timeout each and nearly all are cancelled, so setting and
 * cancelling must be cheap (a binary heap whose entries know their place).
 */
export class SystemClock implements Clock {
  private readonly heap: Entry[] = [];
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;

  now(): number {
    return Date.now();
  }

  at(time: number, callback: () => void): Alarm {
    const entry: Entry = { time, callback, index: this.heap.length };
    this.heap.push(entry);
    this.up(entry);
    this.arm();
    return { cancel: () => this.remove(entry) };
  }

  /** Forgets all alarms. */
  stop(): void {
    for (const entry of this.heap) entry.index = -1;
    this.heap.length = 0;
    clearTimeout(this.timer);
    this.timerAt = Infinity;
  }

  /** The timer may stand earlier than needed (its alarm was cancelled); it is then set again when it fires. */
  private arm(): void {
    const next = this.heap[0]?.time ?? Infinity;
    if (next >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = next;
    this.timer = setTimeout(() => this.fire(), Math.min(longest, Math.max(0, next - this.now())));
    this.timer.unref();
  }

  private fire(): void {
    this.timerAt = Infinity;
    const now = this.now();
    for (let first = this.heap[0]; first && first.time <= now; first = this.heap[0]) {
      this.remove(first);
      first.callback();
    }
    this.arm();
  }

  private remove(entry: Entry): void {
    const { index } = entry;
    if (index < 0) return;
    entry.index = -1;
    const last = this.heap.pop();
    if (!last || last === entry) return;
    this.place(last, index);
    this.up(last);
    this.down(last);
  }

  private up(entry: Entry): void {
    for (;;) {
      const parentIndex = (entry.index - 1) >> 1;
      const parent = this.heap[parentIndex];
      if (parentIndex < 0 || !parent || parent.time <= entry.time) return;
      this.swap(entry, parent);
    }
  }

  private down(entry: Entry): void {
    for (;;) {
      const left = this.heap[entry.index * 2 + 1];
      const right = this.heap[entry.index * 2 + 2];
      const least = right && left && right.time < left.time ? right : left;
      if (!least || least.time >= entry.time) return;
      this.swap(least, entry);
    }
  }

  private swap(a: Entry, b: Entry): void {
    const { index } = a;
    this.place(a, b.index);
    this.place(b, index);
  }

  private place(entry: Entry, index: number): void {
    this.heap[index] = entry;
    entry.index = index;
  }
}
