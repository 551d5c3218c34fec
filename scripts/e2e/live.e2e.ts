import { once } from 'node:events';
import { WebSocket } from 'ws';
import { ShopAdmin, ShopClient } from '../lib/shop-client';
import { endpoints } from './endpoints';

interface Frame {
  type: string;
  data?: {
    orderId?: string;
    status?: string;
    event?: { type: string };
    productId?: string;
    available?: number;
  };
}

class LiveConnection {
  readonly frames: Frame[] = [];
  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Frame));
  }

  static async open(shopper: ShopClient): Promise<LiveConnection> {
    const { status, body } = await shopper.send<{ ticket: string; url: string }>('POST', '/api/ws-tickets');
    expect([200, 201]).toContain(status);
    const socket = new WebSocket(`${body.url}?ticket=${body.ticket}`);
    const connection = new LiveConnection(socket);
    await once(socket, 'open');
    return connection;
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  async until(found: (frames: readonly Frame[]) => boolean): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (!found(this.frames)) {
      if (Date.now() > deadline) throw new Error(`no such frame in ${JSON.stringify(this.frames)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }
}

let admin: ShopAdmin;
beforeAll(async () => {
  admin = await ShopAdmin.login(endpoints.gateway);
});

it('shows each step of an order to its owner and to nobody else', async () => {
  const [owner, other] = await Promise.all([
    ShopClient.register(endpoints.gateway),
    ShopClient.register(endpoints.gateway),
  ]);
  const [mine, theirs] = await Promise.all([LiveConnection.open(owner), LiveConnection.open(other)]);
  const { body } = await owner.placeOrder([{ productId: await admin.product(5), quantity: 1 }]);
  const events = (frames: readonly Frame[]): (string | undefined)[] =>
    frames
      .filter((frame) => frame.type === 'ORDER_STATUS_UPDATE' && frame.data?.orderId === body.orderId)
      .map((frame) => frame.data?.event?.type);
  await mine.until((frames) => events(frames).includes('OrderCompleted'));
  const steps = ['StockReserved', 'PaymentCaptured', 'StockDeducted', 'NotificationSent', 'OrderCompleted'];
  // The bus keeps no order; the client sorts by `at` and catches up from the API.
  await mine.until((frames) => steps.every((step) => events(frames).includes(step)));
  expect(theirs.frames.filter((frame) => frame.type === 'ORDER_STATUS_UPDATE')).toEqual([]);
  await Promise.all([mine.close(), theirs.close()]);
});

it('tells those who watch a product what is left', async () => {
  const shopper = await ShopClient.register(endpoints.gateway);
  const productId = await admin.product(5);
  const live = await LiveConnection.open(shopper);
  live.send({ action: 'watch', productIds: [productId] });
  live.send({ action: 'ping' });
  await live.until((frames) => frames.some((frame) => frame.type === 'PONG'));
  const { body } = await shopper.placeOrder([{ productId, quantity: 2 }]);
  await shopper.settled(body.orderId);
  await live.until((frames) =>
    frames.some(
      (f) => f.type === 'STOCK_UPDATE' && f.data?.productId === productId && f.data.available === 3,
    ),
  );
  await live.close();
});

describe('the handshake is refused', () => {
  const refused = async (url: string): Promise<number> => {
    const socket = new WebSocket(url);
    const [, response] = (await once(socket, 'unexpected-response')) as [
      unknown,
      { statusCode: number; resume(): void },
    ];
    response.resume();
    socket.on('error', () => undefined);
    socket.terminate();
    return response.statusCode;
  };

  it('without a ticket, and with one nobody gave out', async () => {
    expect([401, 403]).toContain(await refused(endpoints.websocket));
    expect([401, 403]).toContain(await refused(`${endpoints.websocket}?ticket=made-up`));
  });

  it('with a ticket that was used', async () => {
    const shopper = await ShopClient.register(endpoints.gateway);
    const { body } = await shopper.send<{ ticket: string; url: string }>('POST', '/api/ws-tickets');
    const first = new WebSocket(`${body.url}?ticket=${body.ticket}`);
    await once(first, 'open');
    expect([401, 403]).toContain(await refused(`${body.url}?ticket=${body.ticket}`));
    first.close();
    await once(first, 'close');
  });
});
