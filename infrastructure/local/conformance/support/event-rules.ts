import {
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type PutEventsCommandOutput,
  type PutEventsRequestEntry,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Endpoint } from './endpoint';
import { unique } from './functions';
import { TestQueues, type TestQueue } from './messaging';

export interface Named {
  readonly name: string;
  readonly arn: string;
}

/** A bus of the suite's own with what it puts on it, deleted at its end. */
export class TestBus {
  private readonly rules: { readonly name: string; readonly bus: string }[] = [];
  private readonly archives: string[] = [];
  private readonly buses: string[] = [];

  private constructor(
    readonly events: EventBridgeClient,
    private readonly sqs: SQSClient,
    readonly queues: TestQueues,
    public bus: Named,
  ) {}

  static async create({ client }: Endpoint): Promise<TestBus> {
    const sqs = new SQSClient({ ...client, maxAttempts: 1 });
    const events = new EventBridgeClient({ ...client, maxAttempts: 1 });
    const setup = new TestBus(events, sqs, new TestQueues(sqs), { name: '', arn: '' });
    setup.bus = await setup.createBus();
    return setup;
  }

  async createBus(): Promise<Named> {
    const name = unique('bus');
    const { EventBusArn = '' } = await this.events.send(new CreateEventBusCommand({ Name: name }));
    this.buses.push(name);
    return { name, arn: EventBusArn };
  }

  /** A queue that takes the bus's messages: AWS wants the queue to allow it. */
  async openQueue(): Promise<TestQueue> {
    const queue = await this.queues.create();
    const Principal = { Service: 'events.amazonaws.com' };
    const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: queue.arn }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { Policy } }));
    return queue;
  }

  async createRule(
    pattern: object,
    targets: readonly Omit<Target, 'Id'>[],
    EventBusName = this.bus.name,
  ): Promise<Named> {
    const name = unique('rule');
    const { RuleArn = '' } = await this.events.send(
      new PutRuleCommand({ Name: name, EventBusName, EventPattern: JSON.stringify(pattern) }),
    );
    this.rules.push({ name, bus: EventBusName });
    const Targets = targets.map((target, index) => ({ Id: `t${index}`, ...target }));
    if (Targets.length > 0) {
      const answer = await this.events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
      expect(answer.FailedEntryCount).toBe(0);
    }
    return { name, arn: RuleArn };
  }

  async deleteRule(name: string, EventBusName = this.bus.name): Promise<void> {
    const { Targets = [] } = await this.events.send(
      new ListTargetsByRuleCommand({ Rule: name, EventBusName }),
    );
    const Ids = Targets.map(({ Id }) => Id ?? '');
    if (Ids.length > 0) await this.events.send(new RemoveTargetsCommand({ Rule: name, EventBusName, Ids }));
    await this.events.send(new DeleteRuleCommand({ Name: name, EventBusName }));
  }

  /** A name for an archive that is deleted at the end. */
  archiveName(): string {
    const name = unique('archive').slice(0, 48);
    this.archives.push(name);
    return name;
  }

  put(...entries: Partial<PutEventsRequestEntry>[]): Promise<PutEventsCommandOutput> {
    const usual = { EventBusName: this.bus.name, Source: 'test.orders', DetailType: 'Thing', Detail: '{}' };
    return this.events.send(
      new PutEventsCommand({ Entries: entries.map((entry) => ({ ...usual, ...entry })) }),
    );
  }

  /** Bodies of the next messages, parsed. */
  async bodies(queue: TestQueue, count: number): Promise<unknown[]> {
    const messages = await this.queues.drain(queue, count);
    return messages.map(({ Body }) => JSON.parse(Body ?? '') as unknown);
  }

  async close(): Promise<void> {
    const quietly = (call: Promise<unknown>): Promise<unknown> => call.catch(() => undefined);
    for (const ArchiveName of this.archives)
      await quietly(this.events.send(new DeleteArchiveCommand({ ArchiveName })));
    for (const { name, bus } of this.rules) await quietly(this.deleteRule(name, bus));
    for (const Name of this.buses) await quietly(this.events.send(new DeleteEventBusCommand({ Name })));
    await this.queues.deleteAll();
    this.events.destroy();
    this.sqs.destroy();
  }
}
