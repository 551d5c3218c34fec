import { AwsError } from '../../endpoint/aws';
import { list, map, structure, type QueryOperation } from '../../endpoint/query';
import { invalidParameter, type SubscriptionRecord } from './model';
import type { Topics } from './topics';

type Texts = Readonly<Record<string, string>>;
interface Tag {
  readonly Key: string;
  readonly Value: string;
}
interface OnTopic {
  readonly TopicArn?: string;
}
interface OnSubscription {
  readonly SubscriptionArn?: string;
}
interface Attribute {
  readonly AttributeName?: string;
  readonly AttributeValue?: string;
}
interface OnResource {
  readonly ResourceArn?: string;
}

const texts = map('string');
const tagList = list(structure({ Key: 'string', Value: 'string' }));
const onTopic = structure({ TopicArn: 'string' });
const onSubscription = structure({ SubscriptionArn: 'string' });
const attributesOut = structure({ Attributes: texts });
const subscriptionsOut = structure({
  Subscriptions: list(
    structure({
      SubscriptionArn: 'string',
      Owner: 'string',
      Protocol: 'string',
      Endpoint: 'string',
      TopicArn: 'string',
    }),
  ),
  NextToken: 'string',
});

const pageSize = 100;

function page<T>(
  items: readonly T[],
  token: string | undefined,
): { items: readonly T[]; next: { NextToken?: string } } {
  const start =
    token === undefined || token === '' ? 0 : Number(Buffer.from(token, 'base64').toString('latin1'));
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('NextToken Reason: Invalid token');
  const end = start + pageSize;
  return {
    items: items.slice(start, end),
    next: end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64') } : {},
  };
}

/** Topics, subscriptions and their tags. https://docs.aws.amazon.com/sns/latest/api/API_Operations.html */
export function topicOperations(topics: Topics, accountId: string): Record<string, QueryOperation> {
  return {
    CreateTopic: {
      input: structure({ Name: 'string', Attributes: texts, Tags: tagList }),
      output: onTopic,
      run: (input: { Name?: string; Attributes?: Texts; Tags?: Tag[] }) => ({
        TopicArn: topics.create(input.Name ?? '', input.Attributes ?? {}, toTags(input.Tags)).arn,
      }),
    },
    DeleteTopic: { input: onTopic, run: (input: OnTopic) => topics.remove(input.TopicArn ?? '') },
    ListTopics: {
      input: structure({ NextToken: 'string' }),
      output: structure({ Topics: list(onTopic), NextToken: 'string' }),
      run: ({ NextToken }: { NextToken?: string }) => {
        const { items, next } = page(topics.list(), NextToken);
        return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...next };
      },
    },
    GetTopicAttributes: {
      input: onTopic,
      output: attributesOut,
      run: (input: OnTopic) => {
        const topic = topics.get(input.TopicArn);
        return {
          Attributes: {
            TopicArn: topic.arn,
            Owner: accountId,
            DisplayName: '',
            SubscriptionsConfirmed: String(topics.of(topic.arn).length),
            SubscriptionsPending: '0',
            SubscriptionsDeleted: '0',
            ...topic.attributes,
          },
        };
      },
    },
    SetTopicAttributes: {
      input: structure({ TopicArn: 'string', AttributeName: 'string', AttributeValue: 'string' }),
      run: (input: OnTopic & Attribute) => {
        const topic = topics.get(input.TopicArn);
        topics.update({
          ...topic,
          attributes: { ...topic.attributes, [input.AttributeName ?? '']: input.AttributeValue ?? '' },
        });
      },
    },
    TagResource: {
      input: structure({ ResourceArn: 'string', Tags: tagList }),
      output: structure({}),
      run: (input: OnResource & { Tags?: Tag[] }) => {
        const topic = topicOf(topics, input);
        topics.update({ ...topic, tags: { ...topic.tags, ...toTags(input.Tags) } });
      },
    },
    UntagResource: {
      input: structure({ ResourceArn: 'string', TagKeys: list('string') }),
      output: structure({}),
      run: (input: OnResource & { TagKeys?: string[] }) => {
        const topic = topicOf(topics, input);
        const left = Object.entries(topic.tags).filter(([key]) => !input.TagKeys?.includes(key));
        topics.update({ ...topic, tags: Object.fromEntries(left) });
      },
    },
    ListTagsForResource: {
      input: structure({ ResourceArn: 'string' }),
      output: structure({ Tags: tagList }),
      run: (input: OnResource) => ({
        Tags: Object.entries(topicOf(topics, input).tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    },
  };
}

export function subscriptionOperations(topics: Topics, accountId: string): Record<string, QueryOperation> {
  const view = ({ arn, protocol, endpoint, topicArn }: SubscriptionRecord): object => ({
    SubscriptionArn: arn,
    Owner: accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  });
  return {
    Subscribe: {
      input: structure({
        TopicArn: 'string',
        Protocol: 'string',
        Endpoint: 'string',
        Attributes: texts,
        ReturnSubscriptionArn: 'boolean',
      }),
      output: onSubscription,
      run: (input: OnTopic & { Protocol?: string; Endpoint?: string; Attributes?: Texts }) => ({
        SubscriptionArn: topics.subscribe(
          input.TopicArn ?? '',
          input.Protocol ?? '',
          input.Endpoint ?? '',
          input.Attributes ?? {},
        ).arn,
      }),
    },
    /** Whoever can be subscribed here belongs to the account and needs no confirmation, so that no token is ever given out. */
    ConfirmSubscription: {
      input: structure({ TopicArn: 'string', Token: 'string', AuthenticateOnUnsubscribe: 'string' }),
      output: onSubscription,
      run: (input: OnTopic) => {
        topics.get(input.TopicArn);
        throw invalidParameter('Token');
      },
    },
    Unsubscribe: {
      input: onSubscription,
      run: (input: OnSubscription) => topics.unsubscribe(input.SubscriptionArn ?? ''),
    },
    ListSubscriptions: {
      input: structure({ NextToken: 'string' }),
      output: subscriptionsOut,
      run: ({ NextToken }: { NextToken?: string }) => {
        const { items, next } = page(topics.allSubscriptions(), NextToken);
        return { Subscriptions: items.map(view), ...next };
      },
    },
    ListSubscriptionsByTopic: {
      input: structure({ TopicArn: 'string', NextToken: 'string' }),
      output: subscriptionsOut,
      run: (input: OnTopic & { NextToken?: string }) => {
        const { items, next } = page(topics.of(topics.get(input.TopicArn).arn), input.NextToken);
        return { Subscriptions: items.map(({ record }) => view(record)), ...next };
      },
    },
    GetSubscriptionAttributes: {
      input: onSubscription,
      output: attributesOut,
      run: (input: OnSubscription) => {
        const record = topics.subscription(input.SubscriptionArn);
        const { FilterPolicy } = record.attributes;
        return {
          Attributes: {
            SubscriptionArn: record.arn,
            TopicArn: record.topicArn,
            Protocol: record.protocol,
            Endpoint: record.endpoint,
            Owner: accountId,
            PendingConfirmation: 'false',
            ConfirmationWasAuthenticated: 'true',
            RawMessageDelivery: 'false',
            ...(FilterPolicy ? { FilterPolicyScope: 'MessageAttributes' } : {}),
            ...record.attributes,
          },
        };
      },
    },
    SetSubscriptionAttributes: {
      input: structure({ SubscriptionArn: 'string', AttributeName: 'string', AttributeValue: 'string' }),
      run: (input: OnSubscription & Attribute) => {
        const record = topics.subscription(input.SubscriptionArn);
        const { AttributeName: name = '', AttributeValue: value = '' } = input;
        const { [name]: _before, ...others } = record.attributes;
        const removed = value === '' || (name === 'FilterPolicy' && value.trim() === '{}');
        if (!removed || name === '') topics.save({ ...record, attributes: { ...others, [name]: value } });
        else topics.save({ ...record, attributes: others });
      },
    },
  };
}

const toTags = (tags: readonly Tag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

function topicOf(topics: Topics, { ResourceArn }: OnResource): ReturnType<Topics['get']> {
  try {
    return topics.get(ResourceArn);
  } catch {
    throw new AwsError('ResourceNotFound', 'Resource does not exist', 404);
  }
}
