import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import pg from 'pg';
import { address, ShopAdmin, ShopClient } from '../lib/shop-client';
import { endpoints } from './endpoints';

const local = {
  region: 'ap-northeast-1',
  endpoint: endpoints.aws,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const bus = new EventBridgeClient(local);
const queues = new SQSClient(local);
const logs = new CloudWatchLogsClient(local);
const executions = new SFNClient(local);
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(local));

const rule = { EventBusName: 'ecommerce-event-bus', Name: 'personal-data-test' };
const queue = 'personal-data-test';
const street = '個人情報通り4丁目';
const name = '秘密 花子';
const tokens = ['tok_visa', 'tok_deductFails', 'tok_chargeDeclined', 'tok_slow'];

const startedAt = Date.now();
let shopper: ShopClient;
let email: string;
const orderIds: string[] = [];
let QueueUrl: string | undefined;

/** One order of each ending, while everything that the bus carries (and so the archive keeps) is copied to a queue. */
beforeAll(async () => {
  ({ QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: queue })));
  const sources = ['core-api.orders', 'order-saga.orders', 'stock-service.stock'];
  await bus.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ source: sources }) }));
  const Arn = `arn:aws:sqs:ap-northeast-1:000000000000:${queue}`;
  await bus.send(
    new PutTargetsCommand({
      EventBusName: rule.EventBusName,
      Rule: rule.Name,
      Targets: [{ Id: 'copy', Arn }],
    }),
  );
  const admin = await ShopAdmin.login(endpoints.gateway);
  shopper = await ShopClient.register(endpoints.gateway, name);
  email = await query<{ email: string }>('select email from users where id = $1', [shopper.userId]).then(
    ([user]) => user?.email ?? '',
  );
  const productId = await admin.product(10);
  for (const token of tokens) {
    const { status, body } = await shopper.placeOrder([{ productId, quantity: 1 }], {
      token,
      extra: { shippingAddress: { ...address, name, line1: street } },
    });
    expect(status).toBe(202);
    orderIds.push(body.orderId);
    if (token === 'tok_slow')
      expect((await shopper.send('POST', `/api/orders/${body.orderId}/cancel`)).status).toBe(202);
    await shopper.settled(body.orderId);
  }
}, 60_000);

afterAll(async () => {
  await bus.send(
    new RemoveTargetsCommand({ EventBusName: rule.EventBusName, Rule: rule.Name, Ids: ['copy'] }),
  );
  await bus.send(new DeleteRuleCommand(rule));
  await queues.send(new DeleteQueueCommand({ QueueUrl }));
});

async function query<T extends object>(text: string, values: unknown[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: endpoints.postgres });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Says which of the secrets a text tells. */
function told(texts: readonly unknown[]): string[] {
  const text = JSON.stringify(texts);
  return [street, name, email, address.phone, ...tokens].filter((secret) => text.includes(secret));
}

it('is in no event: neither in the outbox nor on the bus, from where the archive keeps them', async () => {
  const outbox = await query<{ detail: object }>(
    'select detail from outbox where aggregate_id = any($1::text[])',
    [orderIds],
  );
  expect(outbox).toHaveLength(tokens.length);
  const events: string[] = [];
  const finals = () =>
    events.filter((event) => /"detail-type":"Order(Completed|Failed|Cancelled)"/.test(event)).length;
  while (finals() < tokens.length) {
    const { Messages = [] } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
    );
    events.push(...Messages.map((message) => message.Body ?? ''));
  }
  expect(told([outbox, events])).toEqual([]);
});

it('is not handed out by the gateway', async () => {
  const answer = await fetch(`${endpoints.gateway}/internal/order-intakes?ids=${orderIds.join(',')}`);
  expect(answer.status).toBe(404);
});

it('is in no execution', async () => {
  const history: object[] = [];
  for (const orderId of orderIds) {
    const executionArn = `arn:aws:states:ap-northeast-1:000000000000:execution:order-saga:${orderId}`;
    for await (const page of paginateGetExecutionHistory({ client: executions }, { executionArn }))
      history.push(...(page.events ?? []));
  }
  expect(history.length).toBeGreaterThan(tokens.length * 10);
  expect(told(history)).toEqual([]);
});

it('is in no log of a function', async () => {
  const lines: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {}))
    for (const { logGroupName } of logGroups)
      for await (const page of paginateFilterLogEvents(
        { client: logs },
        { logGroupName, startTime: startedAt },
      ))
        lines.push(...(page.events ?? []).map((event) => event.message ?? ''));
  expect(lines.length).toBeGreaterThan(0);
  expect(told(lines)).toEqual([]);
});

it("is in the order's record, except for the payment token", async () => {
  for (const order_id of orderIds) {
    const { Item } = await dynamodb.send(
      new GetCommand({
        TableName: 'ecommerce-orders',
        Key: { user_id: shopper.userId, order_id },
        ConsistentRead: true,
      }),
    );
    expect(told([Item]).sort()).toEqual([street, name, email, address.phone].sort());
  }
});
