import { AwsError, type ServiceModule } from '../../endpoint/aws';
import { handleQuery, list, map, structure, type QueryOperation } from '../../endpoint/query';
import type { TopicSpec } from '../../artefacts/model';
import type { CloudContext, TopicPort } from '../../ports';
import { Delivery } from './delivery';
import { invalidParameter, type TextMessage } from './model';
import { subscriptionOperations, topicOperations } from './operations';
import { Outbox } from './outbox';
import { maximumBytes, Publisher, sizeOf, type PublishInput } from './publish';
import { Topics } from './topics';

export type { TextMessage } from './model';

export interface SnsService extends ServiceModule, TopicPort {
  /** What was sent to phones, oldest first. */
  textMessages(): readonly TextMessage[];
}

/** Amazon SNS with the topics of resources.json. https://docs.aws.amazon.com/sns/latest/api/welcome.html */
export async function createSns(context: CloudContext, specs: readonly TopicSpec[]): Promise<SnsService> {
  const { store, accountId } = context;
  const topics = new Topics(
    context,
    await store.collection('sns.topics'),
    await store.collection('sns.subscriptions'),
  );
  topics.apply(specs);
  const outbox = new Outbox(await store.collection('sns.sms'));
  const delivery = new Delivery(context, await store.collection('sns.pending'), outbox);
  const publisher = new Publisher(topics, delivery, outbox);
  const service = {
    namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    operations: {
      ...topicOperations(topics, accountId),
      ...subscriptionOperations(topics, accountId),
      ...publishOperations(publisher),
    },
  };

  return {
    name: 'sns',
    handle: (request) => handleQuery(request, service, () => store.flushed()),
    textMessages: () => outbox.all(),

    async publish({ topicArn, message, subject, attributes = {} }) {
      const wire = Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => {
        const value =
          binaryValue === undefined ? { StringValue: stringValue ?? '' } : { BinaryValue: binaryValue };
        return [name, { DataType: dataType, ...value }] as const;
      });
      const input = {
        Message: message,
        ...(subject === undefined ? {} : { Subject: subject }),
        MessageAttributes: Object.fromEntries(wire),
      };
      return { messageId: await publisher.toTopic(topicArn, input) };
    },

    async start() {
      delivery.start();
    },
    stop: () => delivery.stop(),
  };
}

const messageMembers = {
  Message: 'string',
  Subject: 'string',
  MessageStructure: 'string',
  MessageAttributes: map(structure({ DataType: 'string', StringValue: 'string', BinaryValue: 'blob' }), {
    key: 'Name',
    value: 'Value',
  }),
  MessageGroupId: 'string',
  MessageDeduplicationId: 'string',
} as const;

type BatchEntry = PublishInput & { readonly Id?: string };

function publishOperations(publisher: Publisher): Record<string, QueryOperation> {
  return {
    Publish: {
      input: structure({ TopicArn: 'string', TargetArn: 'string', PhoneNumber: 'string', ...messageMembers }),
      output: structure({ MessageId: 'string' }),
      run: async (input: PublishInput & { TopicArn?: string; TargetArn?: string; PhoneNumber?: string }) => {
        if (input.PhoneNumber !== undefined)
          return { MessageId: publisher.toPhone(input.PhoneNumber, input) };
        const topicArn = input.TopicArn ?? input.TargetArn;
        if (!topicArn)
          throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
        return { MessageId: await publisher.toTopic(topicArn, input) };
      },
    },
    PublishBatch: {
      input: structure({
        TopicArn: 'string',
        PublishBatchRequestEntries: list(structure({ Id: 'string', ...messageMembers })),
      }),
      output: structure({
        Successful: list(structure({ Id: 'string', MessageId: 'string' })),
        Failed: list(structure({ Id: 'string', Code: 'string', Message: 'string', SenderFault: 'boolean' })),
      }),
      run: (input: { TopicArn?: string; PublishBatchRequestEntries?: BatchEntry[] }) =>
        publishBatch(publisher, input.TopicArn ?? '', input.PublishBatchRequestEntries ?? []),
    },
  };
}

async function publishBatch(
  publisher: Publisher,
  topicArn: string,
  entries: readonly BatchEntry[],
): Promise<object> {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > 10)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    );
  const ids = entries.map(({ Id = '' }) => Id);
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id)))
    throw new AwsError(
      'InvalidBatchEntryId',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  if (new Set(ids).size !== ids.length)
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > maximumBytes)
    throw new AwsError(
      'BatchRequestTooLong',
      'The length of all the batch messages put together is more than the limit.',
    );
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, MessageId: await publisher.toTopic(topicArn, entry) });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code === 'NotFound') throw error;
      failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful: successful, Failed: failed };
}
