import { z } from 'zod';
import { create } from 'zustand';
import { api } from '../../../lib/api-client';

const frameSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ORDER_STATUS_UPDATE'),
    data: z.object({
      orderId: z.string(),
      status: z.string(),
      event: z.object({
        at: z.string(),
        type: z.string(),
        detail: z.record(z.string(), z.unknown()).nullish(),
      }),
    }),
  }),
  z.object({
    type: z.literal('STOCK_UPDATE'),
    data: z.object({ productId: z.string(), available: z.number() }),
  }),
]);
export type LiveFrame = z.infer<typeof frameSchema>;

const ticketSchema = z.object({ ticket: z.string(), url: z.string() });

export const useLiveStatus = create<{ status: 'off' | 'connecting' | 'online' | 'offline' }>(() => ({
  status: 'off',
}));

/** API Gateway closes a connection that is idle for ten minutes. */
const pingEveryMs = 4 * 60_000;

export interface LiveListener {
  readonly onFrame: (frame: LiveFrame) => void;
  /** After every (re)connection: whatever happened meanwhile has to be read from the API. */
  readonly onConnected: () => void;
}

/** One WebSocket for the signed-in shopper. Comes back by itself, with growing pauses, and asks for a new ticket each time. */
export class LiveConnection {
  private socket: WebSocket | undefined;
  private attempts = 0;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinger: ReturnType<typeof setInterval> | undefined;
  private readonly watched = new Map<string, number>();

  constructor(private readonly listener: LiveListener) {}

  start(): void {
    this.stopped = false;
    window.addEventListener('online', this.connectNow);
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener('online', this.connectNow);
    clearTimeout(this.timer);
    clearInterval(this.pinger);
    this.socket?.close();
    useLiveStatus.setState({ status: 'off' });
  }

  /** Asks for live stock of products; returns how to stop asking. */
  watch(productIds: readonly string[]): () => void {
    for (const id of productIds) this.watched.set(id, (this.watched.get(id) ?? 0) + 1);
    this.sendWatch();
    return () => {
      for (const id of productIds) {
        const left = (this.watched.get(id) ?? 1) - 1;
        if (left === 0) this.watched.delete(id);
        else this.watched.set(id, left);
      }
      this.sendWatch();
    };
  }

  private readonly connectNow = (): void => {
    if (this.socket) return;
    clearTimeout(this.timer);
    void this.connect();
  };

  private async connect(): Promise<void> {
    if (this.stopped) return;
    useLiveStatus.setState({ status: this.attempts === 0 ? 'connecting' : 'offline' });
    try {
      const { ticket, url } = await api('/api/ws-tickets', ticketSchema, { method: 'POST' });
      if (!this.stopped) this.open(`${url}?ticket=${encodeURIComponent(ticket)}`);
    } catch {
      this.retry();
    }
  }

  private open(url: string): void {
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onopen = () => {
      this.attempts = 0;
      useLiveStatus.setState({ status: 'online' });
      clearInterval(this.pinger);
      this.pinger = setInterval(() => socket.send(JSON.stringify({ action: 'ping' })), pingEveryMs);
      this.sendWatch();
      this.listener.onConnected();
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      const frame = frameSchema.safeParse(JSON.parse(message.data));
      if (frame.success) this.listener.onFrame(frame.data);
    };
    socket.onclose = () => {
      clearInterval(this.pinger);
      this.socket = undefined;
      this.retry();
    };
  }

  private retry(): void {
    if (this.stopped) return;
    this.attempts += 1;
    useLiveStatus.setState({ status: 'offline' });
    const pause = Math.min(15_000, 500 * 2 ** Math.min(this.attempts, 5));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), pause * (0.5 + Math.random() / 2));
  }

  private sendWatch(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ action: 'watch', productIds: [...this.watched.keys()].slice(0, 50) }));
  }
}
