import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureProgram } from '../lib/system';
import { ShopAdmin, ShopClient } from '../lib/shop-client';
import { endpoints } from './endpoints';

const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'yorozu-cli-'));
let aws: string;

beforeAll(() => {
  aws = ensureProgram('/usr/bin/aws', { apt: ['awscli'], brew: 'awscli' }, [
    '/opt/homebrew/bin/aws',
    '/usr/local/bin/aws',
  ]);
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true }));

async function cli(...args: string[]): Promise<string> {
  const { stdout } = await run(
    aws,
    ['--endpoint-url', endpoints.aws, '--region', 'ap-northeast-1', '--no-cli-pager', ...args],
    {
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    },
  );
  return stdout;
}
const json = async <T>(...args: string[]): Promise<T> =>
  JSON.parse(await cli(...args, '--output', 'json')) as T;

describe('the AWS CLI works against the local endpoint', () => {
  let order: { orderId: string };
  let userId: string;

  beforeAll(async () => {
    const admin = await ShopAdmin.login(endpoints.gateway);
    const shopper = await ShopClient.register(endpoints.gateway);
    userId = shopper.userId;
    const { body } = await shopper.placeOrder([{ productId: await admin.product(3), quantity: 1 }]);
    order = await shopper.settled(body.orderId);
  }, 60_000);

  it('events list-rules', async () => {
    const { Rules } = await json<{ Rules: { Name: string }[] }>(
      'events',
      'list-rules',
      '--event-bus-name',
      'ecommerce-event-bus',
    );
    expect(Rules.map((rule) => rule.Name)).toEqual(
      expect.arrayContaining(['order-processing-rule', 'notification-rule']),
    );
  });

  it('events put-events', async () => {
    const entries =
      '[{"Source":"test","DetailType":"Test","Detail":"{}","EventBusName":"ecommerce-event-bus"}]';
    const output = await json<{ FailedEntryCount: number; Entries: { EventId: string }[] }>(
      'events',
      'put-events',
      '--entries',
      entries,
    );
    expect(output).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) as string }] });
  });

  it('dynamodb scan and get-item', async () => {
    const scan = await json<{ Count: number }>(
      'dynamodb',
      'scan',
      '--table-name',
      'ecommerce-orders',
      '--max-items',
      '5',
    );
    expect(scan.Count).toBeGreaterThan(0);
    const key = JSON.stringify({ user_id: { S: userId }, order_id: { S: order.orderId } });
    const item = await json<{ Item: { status: { S: string } } }>(
      'dynamodb',
      'get-item',
      '--table-name',
      'ecommerce-orders',
      '--key',
      key,
    );
    expect(item.Item.status.S).toBe('completed');
  });

  it('lambda invoke', async () => {
    const [payload, response] = [join(directory, 'event.json'), join(directory, 'response.json')];
    writeFileSync(payload, '{"Records":[]}');
    const output = await json<{ StatusCode: number; FunctionError?: string }>(
      'lambda',
      'invoke',
      '--function-name',
      'order-processor',
      '--payload',
      `fileb://${payload}`,
      response,
    );
    expect(output.StatusCode).toBe(200);
    expect(JSON.parse(readFileSync(response, 'utf8'))).toBeDefined();
  });

  it('stepfunctions list-executions and get-execution-history', async () => {
    const arn = 'arn:aws:states:ap-northeast-1:000000000000:stateMachine:order-saga';
    const { executions } = await json<{
      executions: { name: string; executionArn: string; status: string }[];
    }>('stepfunctions', 'list-executions', '--state-machine-arn', arn, '--max-items', '200');
    const mine = executions.find((execution) => execution.name === order.orderId);
    expect(mine?.status).toBe('SUCCEEDED');
    const { events } = await json<{
      events: { type: string; stateEnteredEventDetails?: { name: string } }[];
    }>('stepfunctions', 'get-execution-history', '--execution-arn', mine?.executionArn ?? '');
    const entered = events
      .filter((event) => event.stateEnteredEventDetails)
      .map((event) => event.stateEnteredEventDetails?.name);
    expect(entered).toEqual([
      'ReserveStock',
      'ProcessPayment',
      'UpdateStock',
      'SendNotification',
      'CompleteOrder',
      'OrderCompleted',
    ]);
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['ExecutionStarted', 'ExecutionSucceeded']);
  });

  it('sqs get-queue-attributes', async () => {
    const url = `${endpoints.aws}/000000000000/order-processing-queue`;
    const { Attributes } = await json<{ Attributes: Record<string, string> }>(
      'sqs',
      'get-queue-attributes',
      '--queue-url',
      url,
      '--attribute-names',
      'All',
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: expect.stringMatching(/^\d+$/) as string,
      VisibilityTimeout: '180',
    });
    expect(JSON.parse(Attributes.RedrivePolicy ?? '{}')).toMatchObject({ maxReceiveCount: 3 });
  });

  it('logs tail', async () => {
    const text = await cli('logs', 'tail', '/aws/lambda/reserve-stock', '--since', '10m');
    expect(text).toMatch(/REPORT RequestId/);
  });
});
