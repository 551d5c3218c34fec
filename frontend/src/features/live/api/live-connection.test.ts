import { FakeShop, json } from '../../../testing/fake-shop';
import { LiveConnection, useLiveStatus, type LiveFrame } from './live-connection';

/** The browser's socket, whose other end the test holds. */
class FakeSocket {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readyState = 0;
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor() {
    FakeSocket.last = this;
  }
  send(frame: string): void {
    this.sent.push(frame);
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }
  answer(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  get pings(): number {
    return this.sent.filter((frame) => frame === '{"action":"ping"}').length;
  }
}

const status = (): string => useLiveStatus.getState().status;
let live: LiveConnection;
let connected: number;
let frames: LiveFrame[];

beforeEach(async () => {
  jest.useFakeTimers();
  Object.defineProperty(globalThis, 'WebSocket', { configurable: true, value: FakeSocket });
  new FakeShop().on('POST /api/ws-tickets', () => json({ ticket: 't', url: 'ws://shop' }));
  connected = 0;
  frames = [];
  live = new LiveConnection({
    onFrame: (frame) => frames.push(frame),
    onConnected: () => (connected += 1),
  });
  live.start();
  await jest.advanceTimersByTimeAsync(0);
  FakeSocket.last.open();
});
afterEach(() => {
  live.stop();
  jest.useRealTimers();
});

it('says that it is offline when a ping is not answered within 10 s, and comes back', async () => {
  const first = FakeSocket.last;
  expect([status(), first.pings]).toEqual(['online', 1]);
  await jest.advanceTimersByTimeAsync(9_900);
  expect(status()).toBe('online');
  await jest.advanceTimersByTimeAsync(200);
  expect([status(), first.readyState]).toEqual(['offline', 3]);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(FakeSocket.last).not.toBe(first);
  FakeSocket.last.open();
  expect([status(), connected]).toEqual(['online', 2]);
});

it('stays online while pings are answered, and asks often only while somebody watches', async () => {
  FakeSocket.last.answer({ type: 'PONG' });
  await jest.advanceTimersByTimeAsync(60_000);
  expect([status(), FakeSocket.last.pings]).toEqual(['online', 1]);
  const leave = live.attend();
  for (let second = 0; second < 30; second += 1) {
    FakeSocket.last.answer({ type: 'PONG' });
    await jest.advanceTimersByTimeAsync(1_000);
  }
  expect([status(), FakeSocket.last.pings]).toEqual(['online', 5]);
  leave();
});

it('is offline as soon as the browser says so, and asks anew when it is back', async () => {
  const first = FakeSocket.last;
  window.dispatchEvent(new Event('offline'));
  expect(status()).toBe('offline');
  window.dispatchEvent(new Event('online'));
  await jest.advanceTimersByTimeAsync(0);
  expect(FakeSocket.last).not.toBe(first);
});

it('lets the stock of a product go forwards only, over a lost connection too', async () => {
  const stock = (productId: string, available: number, version: number) => ({
    type: 'STOCK_UPDATE',
    data: { productId, available, version },
  });
  const shown = (): unknown[] => frames.map(({ data }) => ('available' in data ? data.available : undefined));
  FakeSocket.last.answer(stock('p-1', 7, 3));
  FakeSocket.last.answer(stock('p-1', 9, 1));
  FakeSocket.last.answer(stock('p-2', 5, 1));
  expect(shown()).toEqual([7, 5]);
  FakeSocket.last.onclose?.();
  await jest.advanceTimersByTimeAsync(2_000);
  FakeSocket.last.open();
  FakeSocket.last.answer(stock('p-1', 8, 2));
  FakeSocket.last.answer(stock('p-1', 6, 4));
  expect(shown()).toEqual([7, 5, 6]);
});
