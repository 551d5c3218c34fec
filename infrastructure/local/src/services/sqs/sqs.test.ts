import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ports, QueuePort } from '../../ports';
import type { ServiceModule } from '../../endpoint/aws';
import { Store } from '../../store/store';
import { jsonRequest, request, TestCloud } from '../testing';
import { createSqs } from './index';

const arn = (name: string): string => `arn:aws:sqs:ap-northeast-1:000000000000:${name}`;
const specs = [
  { name: 'work', visibilityTimeoutSeconds: 30, maxReceiveCount: 2, deadLetterQueue: 'work-dlq' },
  { name: 'work-dlq', messageRetentionSeconds: 1_209_600 },
];

let cloud: TestCloud;
let sqs: ServiceModule & QueuePort;

/** What a new process finds: the data directory as the last flush left it. */
async function restart(): Promise<void> {
  await sqs?.stop?.();
  sqs = await createSqs(await cloud.restart(), specs);
  await sqs.start?.();
}

beforeEach(async () => {
  cloud = await TestCloud.create();
  await restart();
});

afterEach(async () => {
  await sqs.stop?.();
  await cloud.close();
});

const receive = (max = 10, waitMs = 0) => sqs.receive(arn('work'), { max, waitMs });

/** As a process of its own does. Answers the handle. */
async function receiveByApi(): Promise<string> {
  const input = { QueueUrl: 'http://localhost:4566/000000000000/work' };
  const { body } = await sqs.handle(jsonRequest('AmazonSQS.ReceiveMessage', input));
  const { Messages } = JSON.parse(String(body)) as { Messages: { ReceiptHandle: string }[] };
  return Messages[0]?.ReceiptHandle ?? '';
}

describe('a restart', () => {
  it('keeps messages in their order, with attributes', async () => {
    for (const body of ['1', '2', '3'])
      await sqs.send(arn('work'), { body, attributes: { a: { dataType: 'String', stringValue: body } } });
    await restart();
    const messages = await receive();
    expect(messages.map(({ body, attributes }) => [body, attributes['a']?.stringValue])).toEqual([
      ['1', '1'],
      ['2', '2'],
      ['3', '3'],
    ]);
  });

  it('keeps what is in flight hidden, its count, and its handle good', async () => {
    await sqs.send(arn('work'), { body: 'x' });
    const first = await receiveByApi();
    await restart();
    expect(sqs.depth(arn('work'))).toBe(0);
    await sqs.changeVisibility(arn('work'), first, 0);
    const [second] = await receive();
    expect(second?.systemAttributes['ApproximateReceiveCount']).toBe('2');
    await sqs.delete(arn('work'), [second?.receiptHandle ?? '']);
    await restart();
    expect(await receive()).toEqual([]);
  });

  it('gives back what a function of the dead process had in hand, however often that happens', async () => {
    await sqs.send(arn('work'), { body: 'x' });
    const [first] = await receive();
    for (let death = 0; death < 3; death++) {
      await restart();
      const [again] = await receive();
      expect(again?.systemAttributes['ApproximateReceiveCount']).toBe('1');
      expect(again?.receiptHandle).not.toBe(first?.receiptHandle);
    }
    // Whoever still has the first handle has no say any more.
    await sqs.delete(arn('work'), [first?.receiptHandle ?? '']);
    await restart();
    expect(sqs.depth(arn('work'))).toBe(1);
  });

  it('leaves hidden what a function has put off', async () => {
    await sqs.send(arn('work'), { body: 'x' });
    const [first] = await receive();
    await sqs.changeVisibility(arn('work'), first?.receiptHandle ?? '', 600);
    await restart();
    expect(await receive()).toEqual([]);
  });

  it('keeps what a delay hides', async () => {
    await sqs.send(arn('work'), { body: 'later', delaySeconds: 600 });
    await restart();
    expect(await receive()).toEqual([]);
  });

  it('keeps dead letters where they are', async () => {
    await sqs.send(arn('work'), { body: 'poison' });
    for (let index = 0; index < 3; index++)
      await sqs.receive(arn('work'), { max: 1, waitMs: 0, visibilityTimeoutSeconds: 0 });
    await restart();
    const [letter] = await sqs.receive(arn('work-dlq'), { max: 1, waitMs: 0 });
    expect(letter?.systemAttributes).toMatchObject({
      DeadLetterQueueSourceArn: arn('work'),
      ApproximateReceiveCount: '3',
    });
  });

  it('goes on with a move task', async () => {
    for (let index = 0; index < 3; index++) await sqs.send(arn('work'), { body: `m${index}` });
    for (let index = 0; index < 3; index++)
      await sqs.receive(arn('work'), { max: 10, waitMs: 0, visibilityTimeoutSeconds: 0 });
    expect(sqs.depth(arn('work-dlq'))).toBe(3);
    const start = { SourceArn: arn('work-dlq'), MaxNumberOfMessagesPerSecond: 2 };
    expect((await sqs.handle(jsonRequest('AmazonSQS.StartMessageMoveTask', start))).status).toBe(200);
    await restart();
    const bodies: string[] = [];
    while (bodies.length < 3) bodies.push(...(await receive(10, 5_000)).map(({ body }) => body));
    expect(bodies.sort()).toEqual(['m0', 'm1', 'm2']);
  });
});

it('has on disk what it answered, before anything is closed', async () => {
  const QueueUrl = 'http://localhost:4566/000000000000/work';
  const call = (operation: string, input: object) =>
    sqs.handle(jsonRequest(`AmazonSQS.${operation}`, { QueueUrl, ...input }));
  await call('SendMessageBatch', { Entries: ['1', '2'].map((body) => ({ Id: body, MessageBody: body })) });
  const [first] = await receive(1);
  await call('DeleteMessage', { ReceiptHandle: first?.receiptHandle });
  // A copy of the files is what a process finds after this one was killed.
  const copy = `${cloud.directory}-copy`;
  await cp(cloud.directory, copy, { recursive: true });
  const store = await Store.open(join(copy, 'store'));
  const context = {
    region: 'ap-northeast-1',
    accountId: '000000000000',
    endpointUrl: 'http://localhost',
    store,
    ports: {} as Ports,
  };
  const survivor = await createSqs(context, specs);
  const messages = await survivor.receive(arn('work'), { max: 10, waitMs: 0 });
  await survivor.stop?.();
  await store.close();
  await rm(copy, { recursive: true });
  expect(messages.map(({ body }) => body)).toEqual(['2']);
});

describe('receiving in the process', () => {
  it('wakes with everything that was sent at once', async () => {
    const waiting = receive(10, 10_000);
    await Promise.all(['1', '2', '3'].map((body) => sqs.send(arn('work'), { body })));
    expect((await waiting).map(({ body }) => body)).toEqual(['1', '2', '3']);
  });

  it('ends when it is given up', async () => {
    const aborter = new AbortController();
    const waiting = sqs.receive(arn('work'), { max: 1, waitMs: 60_000, signal: aborter.signal });
    aborter.abort();
    expect(await waiting).toEqual([]);
    await sqs.send(arn('work'), { body: 'x' });
    expect(await receive()).toHaveLength(1);
  });

  it('leaves a message to its latest receiver', async () => {
    await sqs.send(arn('work'), { body: 'x' });
    const [first] = await sqs.receive(arn('work'), { max: 1, waitMs: 0, visibilityTimeoutSeconds: 0 });
    const [second] = await receive();
    await sqs.delete(arn('work'), [first?.receiptHandle ?? '']);
    await sqs.changeVisibility(arn('work'), second?.receiptHandle ?? '', 0);
    expect(sqs.depth(arn('work'))).toBe(1);
  });

  it('names a queue that is missing', async () => {
    await expect(sqs.send(arn('nowhere'), { body: 'x' })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
  });
});

it('forgets messages past their retention', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  try {
    await sqs.send(arn('work'), { body: 'old' });
    jest.setSystemTime(Date.now() + 4 * 86_400_000 - 1_000);
    expect(sqs.depth(arn('work'))).toBe(1);
    jest.setSystemTime(Date.now() + 2_000);
    expect(sqs.depth(arn('work'))).toBe(0);
    expect(await receive()).toEqual([]);
  } finally {
    jest.useRealTimers();
  }
});

describe('the query protocol', () => {
  const call = async (parameters: Record<string, string>) => {
    const body = new URLSearchParams({ Version: '2012-11-05', ...parameters }).toString();
    const response = await sqs.handle(
      request('POST', '/', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }),
    );
    return { status: response.status, body: String(response.body) };
  };
  const QueueUrl = 'http://localhost:4566/000000000000/work';

  it('takes lists and maps, and answers in XML', async () => {
    const sent = await call({
      Action: 'SendMessageBatch',
      QueueUrl,
      'SendMessageBatchRequestEntry.1.Id': 'one',
      'SendMessageBatchRequestEntry.1.MessageBody': 'a <b> & "c"',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Name': 'kind',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType': 'String',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue': 'order',
      'SendMessageBatchRequestEntry.2.Id': 'two',
      'SendMessageBatchRequestEntry.2.MessageBody': 'x',
      'SendMessageBatchRequestEntry.2.DelaySeconds': '901',
    });
    expect(sent.body).toMatch(/<SendMessageBatchResultEntry><Id>one<\/Id><MessageId>/);
    expect(sent.body).toMatch(
      /<BatchResultErrorEntry><Id>two<\/Id><SenderFault>true<\/SenderFault><Code>InvalidParameterValue<\/Code>/,
    );
    const received = await call({
      Action: 'ReceiveMessage',
      QueueUrl,
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
    });
    expect(received.body).toContain('<Body>a &lt;b&gt; &amp; &quot;c&quot;</Body>');
    expect(received.body).toContain(
      '<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>',
    );
    expect(received.body).toContain(
      '<MessageAttribute><Name>kind</Name><Value><DataType>String</DataType><StringValue>order</StringValue></Value></MessageAttribute>',
    );
  });

  it('answers errors with its own codes', async () => {
    const { status, body } = await call({ Action: 'GetQueueUrl', QueueName: 'nowhere' });
    expect(status).toBe(400);
    expect(body).toMatch(
      /<ErrorResponse .*<Type>Sender<\/Type><Code>AWS.SimpleQueueService.NonExistentQueue<\/Code>/,
    );
    expect((await call({ Action: 'Dance' })).body).toContain('<Code>InvalidAction</Code>');
    expect((await call({ Action: 'ReceiveMessage', QueueUrl, MaxNumberOfMessages: 'ten' })).status).toBe(400);
  });
});
