import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeReplayCommand, EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createEvent, type EventInput, type EventName } from '@yorozu/events';
import pg from 'pg';
import { projectionDifferences, projectionsAgree } from '../lib/projections';
import { ShopAdmin, ShopClient, type ProductView } from '../lib/shop-client';
import { endpoints } from './endpoints';

const account = '000000000000';
const aws = {
  region: 'ap-northeast-1',
  endpoint: endpoints.aws,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const events = new EventBridgeClient(aws);
const sqs = new SQSClient(aws);
const logs = new CloudWatchLogsClient(aws);
const arn = (resource: string): string => `arn:aws:events:${aws.region}:${account}:${resource}`;
const queueUrl = (name: string): string => `${endpoints.aws}/${account}/${name}`;

let admin: ShopAdmin;
beforeAll(async () => {
  admin = await ShopAdmin.login(endpoints.gateway);
});
afterAll(() => {
  events.destroy();
  sqs.destroy();
  logs.destroy();
});

async function put(id: string, price: number, name: string): Promise<void> {
  const body = { name, description: '', nameEn: '', descriptionEn: '', price, category: 'test' };
  expect((await admin.client.send('PUT', `/api/products/${id}`, body)).status).toBe(200);
}

/** What a shopper's search for the product answers. */
async function found(name: string): Promise<ProductView[]> {
  const query = new URLSearchParams({ q: name, pageSize: '100' });
  const { body } = await new ShopClient(endpoints.gateway).send<{ items: ProductView[]; total: number }>(
    'GET',
    `/api/search?${query.toString()}`,
  );
  expect(body.total).toBe(body.items.length);
  return body.items.filter((item) => item.name === name);
}

/** Puts the event into the queue, as a rule that delivers late or twice would. */
async function deliver<N extends EventName>(
  queue: string,
  detailType: N,
  input: EventInput<N>,
): Promise<void> {
  const { source, detail } = createEvent(detailType, input, { correlationId: 'e2e' });
  const envelope = { id: randomUUID(), source, 'detail-type': detailType, time: detail.timestamp, detail };
  await sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl(queue), MessageBody: JSON.stringify(envelope) }),
  );
}

/** Waits until the queue has nothing more to hand out and nothing in hand. */
async function consumed(queue: string): Promise<void> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await pause(100)) {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl(queue), AttributeNames: [...names] }),
    );
    if (names.every((name) => Attributes[name] === '0')) return;
  }
  throw new Error(`${queue} was not consumed`);
}

async function agree(only: readonly string[]): Promise<void> {
  expect(await projectionsAgree(endpoints, { only })).toEqual([]);
}

async function replay(from: Date, to: Date): Promise<void> {
  const ReplayName = `e2e-${randomUUID()}`;
  await events.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: arn('archive/ecommerce-event-archive'),
      EventStartTime: from,
      EventEndTime: to,
      Destination: {
        Arn: arn('event-bus/ecommerce-event-bus'),
        FilterArns: [
          arn('rule/ecommerce-event-bus/product-sync-rule'),
          arn('rule/ecommerce-event-bus/stock-sync-rule'),
        ],
      },
    }),
  );
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(100)) {
    const { State } = await events.send(new DescribeReplayCommand({ ReplayName }));
    if (State === 'COMPLETED') return;
  }
  throw new Error('the replay did not end');
}

it('a replay of the archive does not take search and stock back', async () => {
  const [before, after] = [`古い名前 ${randomUUID()}`, `新しい名前 ${randomUUID()}`];
  const from = new Date();
  const id = await admin.product(20, 100);
  await put(id, 100, before);
  await agree([id]);
  const shopper = await ShopClient.register(endpoints.gateway);
  const { body } = await shopper.placeOrder([{ productId: id, quantity: 3 }]);
  await shopper.settled(body.orderId);
  await agree([id]);
  // Events know whole seconds, and a replay has those of its last one.
  const to = new Date(Math.floor(Date.now() / 1_000) * 1_000);
  await pause(to.getTime() + 1_000 - Date.now());
  await put(id, 999, after);
  await admin.receive(id, 5);
  await agree([id]);

  await replay(new Date(Math.floor(from.getTime() / 1_000) * 1_000), to);
  await Promise.all(['product-sync-queue', 'search-sync-queue'].map(consumed));
  expect(await found(after)).toMatchObject([{ id, price: 999, available: 22 }]);
  expect(await found(before)).toEqual([]);
  expect(await projectionDifferences(endpoints, [id])).toEqual([]);
});

it('a change that is delivered again after the deletion does not bring the product back', async () => {
  const name = `消えた商品 ${randomUUID()}`;
  const id = await admin.product(4);
  await put(id, 100, name);
  await agree([id]);
  expect(await found(name)).toHaveLength(1);
  const client = new pg.Client({ connectionString: endpoints.postgres });
  await client.connect();
  const { rows } = await client.query<{
    detail: EventInput<'ProductChanged'> & EventInput<'StockUpdated'>;
    detail_type: string;
  }>(
    `select detail - 'timestamp' - 'metadata' as detail, detail_type from outbox where aggregate_id = $1
     union all
     select detail - 'timestamp' - 'metadata', detail_type from stock_outbox where detail->>'productId' = $1`,
    [id],
  );
  await client.end();
  expect((await admin.client.send('DELETE', `/api/products/${id}`)).status).toBe(204);
  await agree([id]);

  for (const { detail, detail_type: type } of rows) {
    if (type === 'ProductChanged') await deliver('product-sync-queue', type, detail);
    else await deliver('search-sync-queue', 'StockUpdated', detail);
  }
  await Promise.all(['product-sync-queue', 'search-sync-queue'].map(consumed));
  expect(rows.length).toBeGreaterThanOrEqual(3);
  expect(await found(name)).toEqual([]);
  expect(await projectionDifferences(endpoints, [id])).toEqual([]);
});

it('stock that is told of before its product is there with it, and is not seen before', async () => {
  const [productId, name] = [randomUUID(), `早い在庫 ${randomUUID()}`];
  const movement = { productId, quantity: 6, available: 6, onHand: 6, reason: 'received' } as const;
  await deliver('search-sync-queue', 'StockUpdated', { ...movement, version: 2 });
  await consumed('search-sync-queue');
  expect(await found(name)).toEqual([]);
  const at = new Date().toISOString();
  await deliver('product-sync-queue', 'ProductChanged', {
    ...{ productId, change: 'created', version: 1 },
    product: {
      ...{
        name,
        description: '',
        nameEn: '',
        descriptionEn: '',
        price: 100,
        currency: 'JPY',
        category: 'test',
      },
      ...{ imageUrl: null, available: 0, stockVersion: 0, createdAt: at, updatedAt: at },
    },
  });
  await consumed('product-sync-queue');
  await pause(100);
  expect(await found(name)).toMatchObject([{ id: productId, available: 6 }]);
  // It exists in search only: taken out again, so that whoever compares everything finds nothing.
  await fetch(`${endpoints.opensearch}/products/_doc/${productId}`, { method: 'DELETE' });
});

it('twelve products that are made, stocked and sold out at once are sold out everywhere within 10 s', async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, () => admin.product(10)));
  const shopper = await ShopClient.register(endpoints.gateway);
  const orders = await Promise.all(ids.map((productId) => shopper.placeOrder([{ productId, quantity: 10 }])));
  const ended = await Promise.all(orders.map(({ body }) => shopper.settled(body.orderId)));
  expect(ended.map(({ status }) => status)).toEqual(ids.map(() => 'completed'));
  await agree(ids);
});

it.each([
  ['search-indexer', 'product-sync-queue'],
  ['stock-updater', 'search-sync-queue'],
])('%s: a record that fails comes again in seconds, and holds up no other', async (name, queue) => {
  const { MessageId = '' } = await sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl(queue), MessageBody: '{}' }),
  );
  const failures = async (): Promise<number> => {
    const { events: lines = [] } = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: `/aws/lambda/${name}`,
        filterPattern: `"${MessageId}"`,
      }),
    );
    return lines.length;
  };
  const deadline = Date.now() + 10_000;
  while ((await failures()) < 3 && Date.now() < deadline) await pause(100);
  expect(await failures()).toBeGreaterThanOrEqual(3);
  await agree([await admin.product(3)]);
  await sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl(queue) }));
});
