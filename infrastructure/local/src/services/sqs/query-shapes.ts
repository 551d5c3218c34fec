import { list, map, structure, type StructureShape } from '../../endpoint/query';

/** What the operations look like in the query protocol; names as in SQS's WSDL. */
const named = { key: 'Name', value: 'Value' };
const attributeMap = map('string', { ...named, flattened: 'Attribute' });
const attributeValue = structure({ DataType: 'string', StringValue: 'string', BinaryValue: 'blob' });
const messageAttributes = map(attributeValue, { ...named, flattened: 'MessageAttribute' });
const systemAttributes = map(attributeValue, { ...named, flattened: 'MessageSystemAttribute' });
const tagNames = { key: 'Key', value: 'Value' };

const send = {
  MessageBody: 'string',
  DelaySeconds: 'integer',
  MessageAttributes: messageAttributes,
  MessageSystemAttributes: systemAttributes,
  MessageGroupId: 'string',
  MessageDeduplicationId: 'string',
} as const;
const sent = {
  MessageId: 'string',
  MD5OfMessageBody: 'string',
  MD5OfMessageAttributes: 'string',
  MD5OfMessageSystemAttributes: 'string',
  SequenceNumber: 'string',
} as const;
const handle = { ReceiptHandle: 'string' } as const;
const visibility = { ReceiptHandle: 'string', VisibilityTimeout: 'integer' } as const;
const message = structure({
  MessageId: 'string',
  ReceiptHandle: 'string',
  MD5OfBody: 'string',
  Body: 'string',
  Attributes: attributeMap,
  MD5OfMessageAttributes: 'string',
  MessageAttributes: messageAttributes,
});
const failed = list(
  structure({ Id: 'string', SenderFault: 'boolean', Code: 'string', Message: 'string' }),
  'BatchResultErrorEntry',
);
const page = { NextToken: 'string', MaxResults: 'integer' } as const;
const onQueue = structure({ QueueUrl: 'string' });

const batch = (
  operation: string,
  entry: StructureShape['members'],
  result: StructureShape['members'] = {},
) => ({
  input: structure({
    QueueUrl: 'string',
    Entries: list(structure({ Id: 'string', ...entry }), `${operation}RequestEntry`),
  }),
  output: structure({
    Successful: list(structure({ Id: 'string', ...result }), `${operation}ResultEntry`),
    Failed: failed,
  }),
});

export const queryShapes: Readonly<
  Record<string, { readonly input: StructureShape; readonly output?: StructureShape }>
> = {
  CreateQueue: {
    input: structure({
      QueueName: 'string',
      Attributes: attributeMap,
      tags: map('string', { ...tagNames, flattened: 'Tag' }),
    }),
    output: structure({ QueueUrl: 'string' }),
  },
  DeleteQueue: { input: onQueue },
  GetQueueUrl: { input: structure({ QueueName: 'string' }), output: structure({ QueueUrl: 'string' }) },
  ListQueues: {
    input: structure({ QueueNamePrefix: 'string', ...page }),
    output: structure({ QueueUrls: list('string', 'QueueUrl'), NextToken: 'string' }),
  },
  GetQueueAttributes: {
    input: structure({ QueueUrl: 'string', AttributeNames: list('string', 'AttributeName') }),
    output: structure({ Attributes: attributeMap }),
  },
  SetQueueAttributes: { input: structure({ QueueUrl: 'string', Attributes: attributeMap }) },
  PurgeQueue: { input: onQueue },
  ListDeadLetterSourceQueues: {
    input: structure({ QueueUrl: 'string', ...page }),
    output: structure({ queueUrls: list('string', 'QueueUrl'), NextToken: 'string' }),
  },
  TagQueue: {
    input: structure({ QueueUrl: 'string', Tags: map('string', { ...tagNames, flattened: 'Tags' }) }),
  },
  UntagQueue: { input: structure({ QueueUrl: 'string', TagKeys: list('string', 'TagKey') }) },
  ListQueueTags: {
    input: onQueue,
    output: structure({ Tags: map('string', { ...tagNames, flattened: 'Tag' }) }),
  },
  StartMessageMoveTask: {
    input: structure({
      SourceArn: 'string',
      DestinationArn: 'string',
      MaxNumberOfMessagesPerSecond: 'integer',
    }),
    output: structure({ TaskHandle: 'string' }),
  },
  CancelMessageMoveTask: {
    input: structure({ TaskHandle: 'string' }),
    output: structure({ ApproximateNumberOfMessagesMoved: 'integer' }),
  },
  ListMessageMoveTasks: {
    input: structure({ SourceArn: 'string', MaxResults: 'integer' }),
    output: structure({
      Results: list(
        structure({
          TaskHandle: 'string',
          Status: 'string',
          SourceArn: 'string',
          DestinationArn: 'string',
          MaxNumberOfMessagesPerSecond: 'integer',
          ApproximateNumberOfMessagesMoved: 'integer',
          ApproximateNumberOfMessagesToMove: 'integer',
          FailureReason: 'string',
          StartedTimestamp: 'integer',
        }),
        'ListMessageMoveTasksResultEntry',
      ),
    }),
  },
  SendMessage: { input: structure({ QueueUrl: 'string', ...send }), output: structure(sent) },
  SendMessageBatch: batch('SendMessageBatch', send, sent),
  ReceiveMessage: {
    input: structure({
      QueueUrl: 'string',
      AttributeNames: list('string', 'AttributeName'),
      MessageSystemAttributeNames: list('string', 'MessageSystemAttributeName'),
      MessageAttributeNames: list('string', 'MessageAttributeName'),
      MaxNumberOfMessages: 'integer',
      VisibilityTimeout: 'integer',
      WaitTimeSeconds: 'integer',
      ReceiveRequestAttemptId: 'string',
    }),
    output: structure({ Messages: list(message, 'Message') }),
  },
  DeleteMessage: { input: structure({ QueueUrl: 'string', ...handle }) },
  DeleteMessageBatch: batch('DeleteMessageBatch', handle),
  ChangeMessageVisibility: { input: structure({ QueueUrl: 'string', ...visibility }) },
  ChangeMessageVisibilityBatch: batch('ChangeMessageVisibilityBatch', visibility),
};
