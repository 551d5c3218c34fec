import { z } from 'zod';
import { create } from 'zustand';
import { api } from '../../../lib/api-client';
import { backOff } from '../../../lib/connection';

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
    data: z.object({
      productId: z.string(),
      available: z.number(),
      /** Goes up with every change of the product's stock. */
      version: z.number().optional(),
    }),
  }),
]);
export type LiveFrame = z.infer<typeof frameSchema>;
const pongSchema = z.object({ type: z.literal('PONG') });

const ticketSchema = z.object({ ticket: z.string(), url: z.string() });

export const useLiveStatus = create<{ status: 'off' | 'connecting' | 'online' | 'offline' }>(() => ({
  status: 'off',
}));

/** API Gateway closes a connection that is idle for ten minutes, and bills each message. */
const idlePingMs = 4 * 60_000;
/** While somebody watches something happen, a dead line must not look like a quiet one. */
const attentivePingMs = 10_000;
/** A ping that is not answered by then means that the line is dead. */
const pongWithinMs = 10_000;

export interface LiveListener {
  readonly onFrame: (frame: LiveFrame) => void;
  /** After every (re)connection: whatever happened meanwhile has to be read from the API. */
  readonly onConnected: () => void;
}

/** One WebSocket for the signed-in shopper. Comes back by itself, with growing pauses, and asks for a new ticket each time. */
export class LiveConnection {
  private socket: WebSocket | undefined;
  private attempts = 0;
  private stopped = true;
  private connecting = false;
  private attentive = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinger: ReturnType<typeof setTimeout> | undefined;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly watched = new Map<string, number>();
  /** The newest version of each product's stock that has been told. */
  private readonly stockVersions = new Map<string, number>();

  constructor(private readonly listener: LiveListener) {}

  start(): void {
    this.stopped = false;
    window.addEventListener('online', this.connectNow);
    window.addEventListener('offline', this.lose);
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener('online', this.connectNow);
    window.removeEventListener('offline', this.lose);
    clearTimeout(this.timer);
    this.drop();
    useLiveStatus.setState({ status: 'off' });
  }

  /** Somebody looks at something that moves; returns how to say that they no longer do. */
  attend(): () => void {
    this.attentive += 1;
    this.ping();
    return () => void (this.attentive -= 1);
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
    if (this.socket || this.connecting) return;
    clearTimeout(this.timer);
    void this.connect();
  };

  private async connect(): Promise<void> {
    if (this.stopped) return;
    this.connecting = true;
    useLiveStatus.setState({ status: this.attempts === 0 ? 'connecting' : 'offline' });
    try {
      const { ticket, url } = await api('/api/ws-tickets', ticketSchema, { method: 'POST' });
      if (!this.stopped) this.open(`${url}?ticket=${encodeURIComponent(ticket)}`);
    } catch {
      this.retry();
    } finally {
      this.connecting = false;
    }
  }

  private open(url: string): void {
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onopen = () => {
      this.attempts = 0;
      useLiveStatus.setState({ status: 'online' });
      this.ping();
      this.sendWatch();
      this.listener.onConnected();
    };
    socket.onmessage = (message: MessageEvent<string>) => this.receive(JSON.parse(message.data));
    socket.onclose = this.lose;
  }

  private receive(message: unknown): void {
    if (pongSchema.safeParse(message).success) {
      clearTimeout(this.pongTimer);
      this.pongTimer = undefined;
      return;
    }
    const frame = frameSchema.safeParse(message);
    if (frame.success && this.isNews(frame.data)) this.listener.onFrame(frame.data);
  }

  /** Frames may overtake each other: stock that is older than what has been told is not told. */
  private isNews(frame: LiveFrame): boolean {
    if (frame.type !== 'STOCK_UPDATE' || frame.data.version === undefined) return true;
    const { productId, version } = frame.data;
    if (version < (this.stockVersions.get(productId) ?? 0)) return false;
    this.stockVersions.set(productId, version);
    return true;
  }

  /** Asks whether the line is alive, and again later. */
  private ping(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ action: 'ping' }));
    this.pongTimer ??= setTimeout(this.lose, pongWithinMs);
    clearTimeout(this.pinger);
    this.pinger = setTimeout(() => this.ping(), this.attentive > 0 ? attentivePingMs : idlePingMs);
  }

  /** The line is dead, whether or not the browser has noticed. */
  private readonly lose = (): void => {
    this.drop();
    this.retry();
  };

  private drop(): void {
    clearTimeout(this.pinger);
    clearTimeout(this.pongTimer);
    this.pongTimer = undefined;
    if (!this.socket) return;
    this.socket.onclose = this.socket.onmessage = this.socket.onopen = null;
    this.socket.close();
    this.socket = undefined;
  }

  private retry(): void {
    if (this.stopped) return;
    this.attempts += 1;
    useLiveStatus.setState({ status: 'offline' });
    clearTimeout(this.timer);
    this.timer = setTimeout(this.connectNow, backOff(this.attempts));
  }

  private sendWatch(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ action: 'watch', productIds: [...this.watched.keys()].slice(0, 50) }));
  }
}
