import type { ReceivedMessage } from '../../../ports';
import { batchEvent, succeededMessages } from './batch';

const message = (messageId: string): ReceivedMessage => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body: `{"n":"${messageId}"}`,
  md5OfBody: 'md5',
  systemAttributes: { ApproximateReceiveCount: '1', SentTimestamp: '1700000000000' },
  attributes: {
    kind: { dataType: 'String', stringValue: 'x' },
    blob: { dataType: 'Binary', binaryValue: 'AQI=' },
  },
});

const batch = [message('a'), message('b'), message('c')];
const succeeded = (answer: unknown): string[] =>
  succeededMessages(batch, typeof answer === 'string' ? answer : JSON.stringify(answer)).map(
    ({ messageId }) => messageId,
  );

it('makes the record that a function on AWS receives', () => {
  expect(JSON.parse(batchEvent([message('a')], 'arn:aws:sqs:eu-west-1:1:q', 'eu-west-1'))).toEqual({
    Records: [
      {
        messageId: 'a',
        receiptHandle: 'handle-a',
        body: '{"n":"a"}',
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1700000000000' },
        messageAttributes: {
          kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
          blob: { binaryValue: 'AQI=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
        },
        md5OfBody: 'md5',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-west-1:1:q',
        awsRegion: 'eu-west-1',
      },
    ],
  });
});

describe('partial failures', () => {
  it.each([['null'], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
    '%j: all are done',
    (answer) => {
      expect(succeeded(answer)).toEqual(['a', 'b', 'c']);
    },
  );

  it('leaves the messages that are named', () => {
    expect(succeeded({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['a', 'c']);
  });

  it.each([
    ['"text"'],
    ['[]'],
    ['7'],
    [{ failures: [] }],
    [{ batchItemFailures: 'b' }],
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ identifier: 'b' }] }],
    [{ batchItemFailures: [{ itemIdentifier: 'of another batch' }] }],
    [{ batchItemFailures: [null] }],
  ])('%j: none is done', (answer) => {
    expect(succeeded(answer)).toEqual([]);
  });
});
