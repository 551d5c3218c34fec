import type { Message } from './message';

/** The messages of a queue that may be received, in the order the kind of queue asks for. */
export interface ReadyList {
  /** Newly sent, no longer delayed, or back after its visibility timeout. */
  add(message: Message): void;
  /** The next message that may be received. It counts as in flight from then on. */
  take(): Message | undefined;
  /** A message was found in flight when the queue was loaded. */
  hold(message: Message): void;
  /** A message that had been taken is gone for good. */
  settle(message: Message): void;
  /** Called after each receive. */
  endBatch(): void;
  clear(): void;
}

/** First in, first out through an array whose head moves, so that taking costs nothing however long it is. */
export class Deque<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head === this.items.length) this.clear();
    else if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  clear(): void {
    this.items = [];
    this.head = 0;
  }
}

export class StandardReadyList implements ReadyList {
  private readonly messages = new Deque<Message>();

  add(message: Message): void {
    this.messages.push(message);
  }

  take(): Message | undefined {
    for (;;) {
      const message = this.messages.shift();
      // One that was deleted while it waited here is left behind and dropped now.
      if (!message || message.state === 'ready') return message;
    }
  }

  // Messages of a standard queue do not wait for each other.
  hold(): void {}
  settle(): void {}
  endBatch(): void {}

  clear(): void {
    this.messages.clear();
  }
}

interface Group {
  /** In order of arrival. */
  readonly messages: Message[];
  readonly inFlight: Set<Message>;
  listed: boolean;
}

/**
 * A FIFO queue: the messages of a group come in order, and none while an earlier batch of the group is in flight.
 * A batch may hold several messages of one group, so a group is blocked only from the next receive on.
 */
export class FifoReadyList implements ReadyList {
  private readonly groups = new Map<string, Group>();
  private available = new Deque<Group>();
  /** The group of the batch that is being taken. */
  private current: Group | undefined;

  add(message: Message): void {
    const group = this.groupOf(message);
    group.inFlight.delete(message);
    let index = group.messages.length;
    while (index > 0 && (group.messages[index - 1]?.record.sequence ?? 0) > message.record.sequence) index--;
    group.messages.splice(index, 0, message);
    this.offer(group);
  }

  hold(message: Message): void {
    this.groupOf(message).inFlight.add(message);
  }

  endBatch(): void {
    this.current = undefined;
  }

  take(): Message | undefined {
    for (;;) {
      const group = this.current ?? this.available.shift();
      if (!group) return undefined;
      if (group !== this.current) {
        group.listed = false;
        if (group.inFlight.size > 0) continue;
      }
      const message = group.messages.shift();
      if (!message) {
        this.current = undefined;
        continue;
      }
      if (message.state !== 'ready') continue;
      this.current = group;
      group.inFlight.add(message);
      return message;
    }
  }

  settle(message: Message): void {
    const group = this.groupOf(message);
    group.inFlight.delete(message);
    const empty = group.inFlight.size === 0 && !group.messages.some(({ state }) => state === 'ready');
    if (empty && !group.listed) this.groups.delete(message.record.groupId ?? '');
    else this.offer(group);
  }

  clear(): void {
    this.groups.clear();
    this.available = new Deque();
    this.current = undefined;
  }

  private offer(group: Group): void {
    if (group.listed || group.inFlight.size > 0 || group.messages.length === 0) return;
    group.listed = true;
    this.available.push(group);
  }

  private groupOf(message: Message): Group {
    const id = message.record.groupId ?? '';
    let group = this.groups.get(id);
    if (!group) this.groups.set(id, (group = { messages: [], inFlight: new Set(), listed: false }));
    return group;
  }
}
