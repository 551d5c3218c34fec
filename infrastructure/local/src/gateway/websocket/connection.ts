import type { WebSocket } from 'ws';
import type { WebSocketLimits } from './limits';

export interface Identity {
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** An accepted client. */
export class Connection {
  lastActiveAt: number;
  private tail: Promise<void> = Promise.resolve();
  private queued = 0;

  constructor(
    readonly id: string,
    readonly socket: WebSocket,
    readonly connectedAt: number,
    readonly identity: Identity,
    /** What the authorizer returned as context, with `principalId`. */
    readonly authorizer: Readonly<Record<string, unknown>> | undefined,
    readonly host: string,
    private readonly limits: WebSocketLimits,
  ) {
    this.lastActiveAt = connectedAt;
  }

  touch(): void {
    this.lastActiveAt = Date.now();
  }

  /** One task after the other, in the order they came. A client that is far ahead is not read until they are done. */
  enqueue(task: () => Promise<void>): void {
    this.queued += 1;
    if (this.queued === this.limits.queuedMessages) this.socket.pause();
    this.tail = this.tail.then(task).finally(() => {
      if (this.queued === this.limits.queuedMessages) this.socket.resume();
      this.queued -= 1;
    });
  }

  /** Resolves once everything that was queued so far is done. */
  settled(): Promise<void> {
    return this.tail;
  }

  /** False: the client is gone, or so slow that it was cut off. */
  async send(data: string | Buffer): Promise<boolean> {
    if (this.socket.readyState !== this.socket.OPEN) return false;
    if (this.socket.bufferedAmount > this.limits.bufferedBytes) {
      this.socket.terminate();
      return false;
    }
    this.touch();
    this.socket.send(data, { binary: typeof data !== 'string' });
    return true;
  }
}
