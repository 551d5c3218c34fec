import {
  CreateQueueCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';

import { endpoint, type Endpoint } from './support/endpoint';
import { eventually, unique } from './support/functions';
import { errorOf, TestQueues, type TestQueue } from './support/messaging';

let cloud: Endpoint;
let sqs: SQSClient;
let queues: TestQueues;

beforeAll(async () => {
  cloud = await endpoint();
  sqs = new SQSClient({ ...cloud.client, maxAttempts: 1 });
  queues = new TestQueues(sqs);
});

afterAll(async () => {
  await queues.deleteAll();
  sqs.destroy();
  await cloud.close();
});

const send = (queue: TestQueue, body: string, more: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body, ...more }));

describe('dead letters', () => {
  it('are taken out at the receive after the last allowed one, as they were sent', async () => {
    const { queue, dead } = await queues.createWithDeadLetters(2, { VisibilityTimeout: '0' });
    const sent = await send(queue, 'poison', {
      MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } },
    });
    const [first] = await queues.receive(queue, 5);
    expect(await queues.receive(queue, 5)).toHaveLength(1);
    expect(await queues.receive(dead)).toEqual([]);
    expect(await queues.receive(queue)).toEqual([]);
    const [letter] = await queues.receive(dead, 5);
    expect(letter).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'poison',
      MessageAttributes: { a: { StringValue: 'x' } },
    });
    expect(letter?.Attributes).toMatchObject({
      DeadLetterQueueSourceArn: queue.arn,
      SentTimestamp: first?.Attributes?.['SentTimestamp'],
    });
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }));
    expect(sources.queueUrls).toEqual([queue.url]);
  });

  it('need a queue to go to', async () => {
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:ap-northeast-1:000000000000:nowhere',
      maxReceiveCount: 3,
    });
    expect(
      await errorOf(
        sqs.send(new CreateQueueCommand({ QueueName: unique('queue'), Attributes: { RedrivePolicy } })),
      ),
    ).toMatch(/^InvalidParameterValue/);
  });

  async function poison(count: number) {
    const { queue, dead } = await queues.createWithDeadLetters(1, { VisibilityTimeout: '0' });
    for (let index = 0; index < count; index++) await send(queue, `m${index}`);
    for (let round = 0; round < 3; round++) await queues.receive(queue);
    await eventually(async () => {
      const { ApproximateNumberOfMessages } = await queues.attributes(dead.url);
      return ApproximateNumberOfMessages === String(count) ? true : undefined;
    });
    return { queue, dead };
  }

  const ended = (dead: TestQueue) =>
    eventually(async () => {
      const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
      return Results?.[0]?.Status === 'RUNNING' ? undefined : Results?.[0];
    });

  it('are moved back to where they came from', async () => {
    const { queue, dead } = await poison(3);
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { VisibilityTimeout: '30' } }),
    );
    const { TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    expect(TaskHandle).toBeTruthy();
    expect(await ended(dead)).toMatchObject({
      Status: 'COMPLETED',
      ApproximateNumberOfMessagesMoved: 3,
      ApproximateNumberOfMessagesToMove: 3,
    });
    const messages = await queues.drain(queue, 3);
    expect(messages.map(({ Body }) => Body).sort()).toEqual(['m0', 'm1', 'm2']);
    expect(messages.map(({ Attributes }) => Attributes?.['ApproximateReceiveCount'])).toEqual([
      '1',
      '1',
      '1',
    ]);
    expect(await queues.receive(dead)).toEqual([]);
  });

  it('are moved to another queue, and no two tasks run on one source', async () => {
    const { dead } = await poison(3);
    const other = await queues.create();
    const start = () =>
      sqs.send(
        new StartMessageMoveTaskCommand({
          SourceArn: dead.arn,
          DestinationArn: other.arn,
          MaxNumberOfMessagesPerSecond: 1,
        }),
      );
    await start();
    expect(await errorOf(start())).toMatch(/UnsupportedOperation/);
    await ended(dead);
    expect(await queues.drain(other, 3)).toHaveLength(3);
  });

  it('cannot be moved out of a queue that is not for them', async () => {
    const queue = await queues.create();
    expect(await errorOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn })))).toMatch(
      /^InvalidParameterValue/,
    );
    const missing = `${queue.arn}-missing`;
    expect(await errorOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: missing })))).toBe(
      'ResourceNotFoundException',
    );
  });
});
