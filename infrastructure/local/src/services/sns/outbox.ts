import { randomUUID } from 'node:crypto';
import type { Collection } from '../../store/store';
import type { TextMessage } from './model';

const kept = 1_000;

/** Text messages are not sent to anyone: the latest are kept where tests and people can read them. */
export class Outbox {
  private next: number;

  constructor(private readonly messages: Collection<TextMessage>) {
    const keys = [...messages.keys()].map(Number);
    this.next = Math.max(0, ...keys) + 1;
  }

  add(phoneNumber: string, message: string, id: string = randomUUID()): string {
    this.messages.set(String(this.next++).padStart(12, '0'), {
      id,
      at: new Date().toISOString(),
      phoneNumber,
      message,
    });
    const [oldest] = this.messages.keys();
    if (this.messages.size > kept && oldest !== undefined) this.messages.delete(oldest);
    return id;
  }

  /** Oldest first. */
  all(): readonly TextMessage[] {
    return [...this.messages.values()];
  }
}
