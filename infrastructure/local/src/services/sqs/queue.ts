import { AwsError } from '../../endpoint/aws';
import type { Collection } from '../../store/store';
import { invalidReceipt, invalidValue } from './errors';
import {
  countedReceives,
  messageOf,
  parseReceiptHandle,
  type Message,
  type MessageRecord,
  type MessageState,
  type ReceiveRecord,
} from './message';
import type { QueueSettings } from './queue-attributes';
import { FifoReadyList, StandardReadyList, type ReadyList } from './ready-list';
import { TimerHeap } from '../timer-heap';

/** What a queue needs of the others. */
export interface QueueSurroundings {
  readonly messages: Collection<MessageRecord>;
  readonly receives: Collection<ReceiveRecord>;
  /** Hands a message that was received too often to the dead-letter queue; false where that queue is gone. */
  deadLetter(source: Queue, message: Message): boolean;
}

interface ReceiveTerms {
  readonly visibilityMs?: number | undefined;
  /** For the pollers of this process: what they hold is free again when it ends, however it ends. */
  readonly inProcess?: true | undefined;
}

interface Waiter {
  readonly max: number;
  readonly terms: ReceiveTerms;
  readonly finish: (messages: Message[]) => void;
}

export interface ReceiveOptions extends ReceiveTerms {
  readonly max: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

const mostInFlight = 120_000;

/** One queue in memory. Changes are written through and durable with the store's next flush. */
export class Queue {
  private readonly all = new Map<string, Message>();
  private readonly ready: ReadyList;
  /** In flight or delayed, by when they become visible. */
  private readonly hidden = new TimerHeap<Message>();
  private readonly waiters = new Set<Waiter>();
  private readonly counts: Record<MessageState, number> = { ready: 0, 'in-flight': 0, delayed: 0, gone: 0 };
  private dispatching = false;
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly fifo: boolean,
    public settings: QueueSettings,
    private readonly surroundings: QueueSurroundings,
  ) {
    this.ready = fifo ? new FifoReadyList() : new StandardReadyList();
  }

  /** A message from the store, in order of sequence. */
  restore(record: MessageRecord, received: ReceiveRecord | undefined): void {
    const message = messageOf(record, received);
    const now = Date.now();
    this.all.set(record.id, message);
    if (received?.inProcess) this.giveBack(message);
    else if (received && received.visibleAt > now) {
      this.ready.hold(message);
      this.hide(message, 'in-flight', received.visibleAt);
    } else if (record.visibleAt !== undefined && record.visibleAt > now)
      this.hide(message, 'delayed', record.visibleAt);
    else this.show(message);
  }

  enqueue(record: MessageRecord): void {
    this.surroundings.messages.set(record.id, record);
    const message = messageOf(record);
    this.all.set(record.id, message);
    if (record.visibleAt !== undefined && record.visibleAt > Date.now())
      this.hide(message, 'delayed', record.visibleAt);
    else this.show(message);
    this.wake();
  }

  /** Waits up to `waitMs` for the first message; none when `signal` is aborted meanwhile. */
  receive(options: ReceiveOptions): Promise<Message[]> {
    const { max, waitMs, signal } = options;
    const messages = this.take(max, options);
    if (messages.length > 0 || waitMs <= 0 || signal?.aborted) return Promise.resolve(messages);
    return new Promise((resolve) => {
      const finish = (received: Message[]): void => {
        clearTimeout(timeout);
        signal?.removeEventListener('abort', give);
        this.waiters.delete(waiter);
        resolve(received);
      };
      const give = (): void => finish([]);
      const timeout = setTimeout(give, waitMs).unref();
      const waiter: Waiter = { max, terms: options, finish };
      signal?.addEventListener('abort', give);
      this.waiters.add(waiter);
      this.arm();
    });
  }

  /** Succeeds for a message that is gone. The handle of an earlier receive leaves the message to the later one. */
  delete(handle: string): void {
    const { message, receive } = this.find(handle);
    if (!message || receive < message.receives) return;
    if (this.fifo && message.state !== 'in-flight') {
      throw invalidValue(
        `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
      );
    }
    this.remove(message);
  }

  changeVisibility(handle: string, seconds: number): void {
    const { message, receive } = this.find(handle);
    if (!message || receive < message.receives) {
      const reason = 'Reason: Message does not exist or is not available for visibility timeout change.';
      throw invalidValue(`Value ${handle} for parameter ReceiptHandle is invalid. ${reason}`);
    }
    this.elapse(Date.now());
    if (message.state !== 'in-flight')
      throw new AwsError('MessageNotInflight', "The specified message isn't in flight.");
    const visibleAt = Date.now() + seconds * 1000;
    this.hidden.remove(message);
    if (seconds === 0) this.show(message);
    else this.hide(message, 'in-flight', visibleAt);
    this.noteReceive(message, visibleAt);
    this.wake();
  }

  /** Takes a message out for good. */
  remove(message: Message): void {
    this.forget(message);
    this.surroundings.messages.delete(message.record.id);
  }

  /** Takes a message out whose record stays, because another queue takes it over. */
  forget(message: Message): void {
    this.hidden.remove(message);
    this.mark(message, 'gone');
    this.all.delete(message.record.id);
    this.surroundings.receives.delete(message.record.id);
    this.ready.settle(message);
    this.wake();
  }

  purge(): void {
    for (const message of this.all.values()) {
      message.state = 'gone';
      this.surroundings.messages.delete(message.record.id);
      this.surroundings.receives.delete(message.record.id);
    }
    this.all.clear();
    this.ready.clear();
    this.hidden.clear();
    Object.assign(this.counts, { ready: 0, 'in-flight': 0, delayed: 0, gone: 0 });
  }

  /** Ends the waits and forgets the timers. */
  close(): void {
    clearTimeout(this.timer);
    for (const waiter of this.waiters) waiter.finish([]);
  }

  depths(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const now = Date.now();
    this.elapse(now);
    this.expire(now);
    return { visible: this.counts.ready, inFlight: this.counts['in-flight'], delayed: this.counts.delayed };
  }

  /** The next visible message without a receive (move tasks). */
  takeOne(): Message | undefined {
    this.elapse(Date.now());
    const message = this.ready.take();
    this.ready.endBatch();
    return message;
  }

  /** What {@link takeOne} gave and nobody wants. */
  putBack(message: Message): void {
    this.ready.add(message);
  }

  private take(max: number, terms: ReceiveTerms): Message[] {
    const now = Date.now();
    this.elapse(now);
    this.expire(now);
    const taken: Message[] = [];
    if (this.counts.ready === 0) return taken;
    if (this.counts['in-flight'] >= mostInFlight)
      throw new AwsError('OverLimit', `Queue ${this.name} has too many messages in flight.`);
    while (taken.length < max) {
      const message = this.ready.take();
      if (!message) break;
      const { redrive, retentionMs } = this.settings;
      if (message.record.sentAt + retentionMs <= now) this.remove(message);
      else if (!(
        redrive &&
        countedReceives(message) >= redrive.maxReceiveCount &&
        this.surroundings.deadLetter(this, message)
      ))
        taken.push(message);
    }
    const { visibilityMs = this.settings.visibilityMs, inProcess } = terms;
    for (const message of taken) this.launch(message, now, now + visibilityMs, inProcess);
    this.ready.endBatch();
    return taken;
  }

  private launch(message: Message, now: number, visibleAt: number, inProcess?: true): void {
    message.receives += 1;
    message.firstReceivedAt ||= now;
    this.noteReceive(message, visibleAt, inProcess);
    if (visibleAt > now) this.hide(message, 'in-flight', visibleAt);
    else this.show(message);
  }

  private noteReceive(message: Message, visibleAt: number, inProcess?: true): void {
    this.surroundings.receives.set(message.record.id, {
      count: message.receives,
      firstAt: message.firstReceivedAt,
      visibleAt,
      ...(inProcess && { inProcess }),
      ...(message.undone > 0 && { undone: message.undone }),
    });
  }

  /** On AWS event source mappings outlive a function's process: that ours died is not the message's fault. */
  private giveBack(message: Message): void {
    message.undone += 1;
    this.noteReceive(message, Date.now());
    this.show(message);
  }

  private find(handle: string): { message: Message | undefined; receive: number } {
    const parsed = parseReceiptHandle(handle);
    if (parsed?.queue !== this.name) throw invalidReceipt(handle);
    return { message: this.all.get(parsed.id), receive: parsed.receive };
  }

  private show(message: Message): void {
    this.mark(message, 'ready');
    this.ready.add(message);
  }

  private hide(message: Message, state: 'in-flight' | 'delayed', until: number): void {
    this.mark(message, state);
    message.dueAt = until;
    this.hidden.push(message);
  }

  private mark(message: Message, state: MessageState): void {
    this.counts[message.state] -= 1;
    message.state = state;
    this.counts[state] += 1;
  }

  private elapse(now: number): void {
    for (let message = this.hidden.popDue(now); message; message = this.hidden.popDue(now))
      this.show(message);
  }

  /** Messages stand in order of arrival, so that the first ones tell whether any is too old (dead letters may stay until taken). */
  private expire(now: number): void {
    for (const message of this.all.values()) {
      if (message.record.sentAt + this.settings.retentionMs > now) return;
      this.remove(message);
    }
  }

  /** Serves those who wait after the current task, so that messages sent together are received together. */
  private wake(): void {
    if (this.waiters.size === 0 || this.dispatching) return;
    this.dispatching = true;
    queueMicrotask(() => this.dispatch());
  }

  private dispatch(): void {
    this.dispatching = false;
    for (const waiter of this.waiters) {
      const messages = this.take(waiter.max, waiter.terms);
      if (messages.length === 0) break;
      waiter.finish(messages);
    }
    this.arm();
  }

  /** Someone waits: look again when the next hidden message becomes visible. */
  private arm(): void {
    const next = this.waiters.size > 0 ? this.hidden.peek()?.dueAt : undefined;
    if (next === undefined || next >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = next;
    this.timer = setTimeout(
      () => {
        this.timerAt = Infinity;
        this.dispatch();
      },
      Math.max(1, next - Date.now()),
    );
    this.timer.unref();
  }
}
