import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { logger } from './observability';
import { SoonAgain, type Delay } from './soon-again';
import { batchHandler } from './sqs';

const errors = jest.spyOn(logger, 'error').mockImplementation();
jest.spyOn(logger, 'warn').mockImplementation();
beforeEach(() => errors.mockClear());

const record = (messageId: string, receives: number): SQSRecord =>
  ({
    messageId,
    receiptHandle: `handle-${messageId}`,
    body: '',
    attributes: { ApproximateReceiveCount: String(receives) },
    eventSourceARN: 'arn:aws:sqs:ap-northeast-1:000000000000:work',
  }) as SQSRecord;

/** Records what SQS is asked. */
function queue({ fail = false, delay }: { fail?: boolean; delay?: Delay } = {}) {
  const seconds = new Map<string, number>();
  const sizes: number[] = [];
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    if (fail) throw new Error('SQS');
    if ('QueueName' in input) return { QueueUrl: `https://sqs/${String(input['QueueName'])}` };
    expect(input['QueueUrl']).toBe('https://sqs/work');
    const entries = input['Entries'] as { ReceiptHandle: string; VisibilityTimeout: number }[];
    sizes.push(entries.length);
    for (const { ReceiptHandle, VisibilityTimeout } of entries) seconds.set(ReceiptHandle, VisibilityTimeout);
    return {};
  };
  return { seconds, sizes, again: new SoonAgain({ send } as never, delay) };
}

const event = (...Records: SQSRecord[]): SQSEvent => ({ Records });

test('failed records come again sooner the fewer times they came, others are left alone', async () => {
  const { again, seconds } = queue();
  const handler = batchHandler(
    async () => [
      { messageId: 'a', error: 1 },
      { messageId: 'b', error: 2 },
    ],
    again,
  );
  const answer = await handler(event(record('a', 1), record('b', 4), record('c', 1)));
  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }]);
  expect(Object.fromEntries(seconds)).toEqual({ 'handle-a': 1, 'handle-b': 8 });
});

test('a batch that fails as a whole comes again as soon, in calls of ten', async () => {
  const { again, seconds, sizes } = queue();
  const handler = batchHandler(() => Promise.reject(new Error('the index is away')), again);
  const records = Array.from({ length: 25 }, (_, i) => record(`m-${i}`, 39));
  expect((await handler(event(...records))).batchItemFailures).toHaveLength(25);
  expect(errors).toHaveBeenCalledTimes(1); // one cause, one line
  expect([seconds.size, sizes]).toEqual([25, [10, 10, 5]]);
  expect(new Set(seconds.values())).toEqual(new Set([30]));
});

test('a delay of its own leaves the later ones to the visibility timeout', async () => {
  const { again, seconds, sizes } = queue({ delay: (receives) => (receives === 1 ? 5 : undefined) });
  await again.hand([record('a', 2), record('b', 1)]);
  await again.hand([record('c', 3)]);
  expect([Object.fromEntries(seconds), sizes]).toEqual([{ 'handle-b': 5 }, [1]]);
});

test('where SQS does not answer, the records fail all the same', async () => {
  const { again } = queue({ fail: true });
  const handler = batchHandler(() => Promise.reject(new Error('the index is away')), again);
  expect((await handler(event(record('a', 1)))).batchItemFailures).toEqual([{ itemIdentifier: 'a' }]);
});
