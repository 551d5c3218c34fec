import type { OutgoingMessage, Ports } from '../../ports';
import { request, TestCloud } from '../testing';
import { createSns, type SnsService } from './index';

const topicArn = 'arn:aws:sns:ap-northeast-1:000000000000:news';

let cloud: TestCloud;
let sns: SnsService;
let sent: OutgoingMessage[];
let queues: string[];
let broken: boolean;

async function restart(): Promise<void> {
  await sns?.stop?.();
  const context = await cloud.restart();
  context.ports.queues = {
    send: async (queueArn: string, message: OutgoingMessage) => {
      if (broken) throw new Error('not now');
      sent.push(message);
      return { messageId: queueArn };
    },
  } as unknown as Ports['queues'];
  sns = await createSns(context, [
    { name: 'news', subscriptions: queues.map((queue) => ({ queue, rawMessageDelivery: true })) },
  ]);
  await sns.start?.();
}

beforeEach(async () => {
  cloud = await TestCloud.create();
  [sent, queues, broken] = [[], ['readers'], false];
  await restart();
});

afterEach(async () => {
  await sns.stop?.();
  await cloud.close();
});

it('makes shipped subscriptions once and takes them back', async () => {
  await restart();
  await sns.publish({ topicArn, message: 'x' });
  expect(sent).toHaveLength(1);
  queues = [];
  await restart();
  await sns.publish({ topicArn, message: 'y' });
  expect(sent).toHaveLength(1);
});

it('delivers after a restart what it could not before', async () => {
  broken = true;
  await sns.publish({
    topicArn,
    message: 'late',
    attributes: { kind: { dataType: 'String', stringValue: 'k' } },
  });
  broken = false;
  await restart();
  while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(sent).toEqual([{ body: 'late', attributes: { kind: { dataType: 'String', stringValue: 'k' } } }]);
});

it('keeps text messages over a restart', async () => {
  const form = new URLSearchParams({ Action: 'Publish', PhoneNumber: '+819012345678', Message: 'Shipped' });
  await sns.handle(request('POST', '/', { body: form.toString() }));
  await restart();
  expect(sns.textMessages()).toMatchObject([{ phoneNumber: '+819012345678', message: 'Shipped' }]);
});
