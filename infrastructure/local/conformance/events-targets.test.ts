import { type Target } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { endpoint, type Endpoint } from './support/endpoint';
import { TestFunctions, unique } from './support/functions';
import { TestBus } from './support/event-rules';
import { type TestQueues } from './support/messaging';

let cloud: Endpoint;
let setup: TestBus;
let queues: TestQueues;

beforeAll(async () => {
  cloud = await endpoint();
  setup = await TestBus.create(cloud);
  ({ queues } = setup);
});

afterAll(async () => {
  await setup.close();
  await cloud.close();
});

describe('what targets get', () => {
  async function input(target: Omit<Target, 'Id' | 'Arn'>, detail: object): Promise<string | undefined> {
    const queue = await setup.openQueue();
    const source = unique('source');
    await setup.createRule({ source: [source] }, [{ Arn: queue.arn, ...target }]);
    await setup.put({ Source: source, Detail: JSON.stringify(detail) });
    return (await queues.drain(queue, 1))[0]?.Body;
  }

  it('may be a constant or a part of the event', async () => {
    expect(JSON.parse((await input({ Input: '{"a":[1]}' }, {})) ?? '')).toEqual({ a: [1] });
    expect(JSON.parse((await input({ InputPath: '$.detail.order' }, { order: { id: 'x' } })) ?? '')).toEqual({
      id: 'x',
    });
  });

  it('may be a template', async () => {
    const InputPathsMap = {
      id: '$.detail.id',
      items: '$.detail.items',
      second: '$.detail.items[1].name',
      n: '$.detail.n',
      type: '$.detail-type',
    };
    const InputTemplate =
      '{"text":"<type> of <id>","id":<id>,"items":<items>,"second":"<second>","n":<n>,"rule":"<aws.events.rule-name>","event":<aws.events.event.json>}';
    const detail = { id: 'say "hi"', items: [{ name: 'a' }, { name: 'b' }], n: 5 };
    const output = JSON.parse(
      (await input({ InputTransformer: { InputPathsMap, InputTemplate } }, detail)) ?? '',
    ) as Record<string, unknown>;
    expect(output).toMatchObject({
      text: 'Thing of say "hi"',
      id: 'say "hi"',
      items: detail.items,
      second: 'b',
      n: 5,
      event: { detail },
    });
    expect(output['rule']).toMatch(/^conformance-rule-/);
  });
});

describe('targets', () => {
  it('are topics, functions and other buses', async () => {
    const sns = new SNSClient(cloud.client);
    const lambda = new LambdaClient(cloud.client);
    const functions = new TestFunctions(lambda);
    const [fromTopic, fromFunction, fromBus] = [
      await setup.openQueue(),
      await setup.openQueue(),
      await setup.openQueue(),
    ];
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: unique('topic') }));
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: fromTopic.arn,
        Attributes: { RawMessageDelivery: 'true' },
      }),
    );
    const { arn } = await functions.create(
      `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
       export const handler = (event) => new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.OUT, MessageBody: JSON.stringify(event) }));`,
      { Environment: { Variables: { OUT: fromFunction.url } }, Timeout: 20 },
    );
    const other = await setup.createBus();
    const source = unique('source');
    await setup.createRule({ source: [source] }, [{ Arn: fromBus.arn }], other.name);
    await setup.createRule({ source: [source] }, [{ Arn: TopicArn }, { Arn: arn }, { Arn: other.arn }]);
    const answer = await setup.put({ Source: source, Detail: '{"n":1}' });
    const expected = { id: answer.Entries?.[0]?.EventId, source, detail: { n: 1 } };
    for (const queue of [fromTopic, fromFunction, fromBus])
      expect(await setup.bodies(queue, 1)).toMatchObject([expected]);
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    await functions.deleteAll();
    sns.destroy();
    lambda.destroy();
  });

  it('that are gone leave a dead letter that says why', async () => {
    const dead = await setup.openQueue();
    const source = unique('source');
    const gone = `${dead.arn}-gone`;
    const rule = await setup.createRule({ source: [source] }, [
      { Arn: gone, DeadLetterConfig: { Arn: dead.arn } },
    ]);
    await setup.put({ Source: source, Detail: '{"n":1}' });
    const [letter] = await queues.drain(dead, 1);
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ source, detail: { n: 1 } });
    const attributes = Object.fromEntries(
      Object.entries(letter?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    );
    expect(attributes).toMatchObject({ RULE_ARN: rule.arn, TARGET_ARN: gone, ERROR_CODE: 'NO_RESOURCE' });
    expect(attributes['ERROR_MESSAGE']).toBeTruthy();
  });
});
