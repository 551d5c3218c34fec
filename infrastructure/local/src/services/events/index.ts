import type { Resources, RuleSpec } from '../../artefacts/model';
import { handleJson, type AwsRequest, type AwsResponse, type ServiceModule } from '../../endpoint/aws';
import type { CloudContext, EventBusPort } from '../../ports';
import { Archives } from './archives';
import { EventBus } from './bus';
import type { DeliveryOptions } from './delivery';
import type { ArchiveRecord, BusRecord, ReplayRecord, RuleRecord, Target } from './model';
import { eventsOperations, type EventsParts } from './operations';
import { Replays } from './replays';
import { RuleBook } from './rules';
import { Schedule } from './schedule';

export interface EventsService extends ServiceModule, EventBusPort {
  /** Puts the shipped rules again after a change of events/rules. Rules made over the API stay. */
  apply(rules: readonly RuleSpec[]): void;
}

/** EventBridge: the default bus, the shop's bus with its archive, and the rules of events/rules. */
export async function createEvents(
  ctx: CloudContext,
  busSpec: Resources['eventBus'],
  rules: readonly RuleSpec[],
  options: DeliveryOptions = { firstRetryMs: 200, longestRetryMs: 60_000 },
): Promise<EventsService> {
  const { store } = ctx;
  const book = new RuleBook(
    await store.collection<BusRecord>('events.buses'),
    await store.collection<RuleRecord>('events.rules'),
  );
  const archives = new Archives(
    await store.collection<ArchiveRecord>('events.archives'),
    store.log('events.archive-log'),
  );
  const bus = new EventBus(ctx, book, archives, await store.collection('events.retries'), options);
  const replays = new Replays(
    await store.collection<ReplayRecord>('events.replays'),
    archives,
    bus,
    book,
    store,
  );
  const schedule = new Schedule(ctx, book, bus);
  const parts: EventsParts = {
    context: ctx,
    book,
    bus,
    archives,
    replays,
    schedule,
    tags: await store.collection('events.tags'),
  };
  makeBuses(parts, busSpec);
  const apply = (specs: readonly RuleSpec[]): void => applyRules(ctx, busSpec.name, specs, book);
  apply(rules);
  const operations = eventsOperations(parts);
  let cleaning: NodeJS.Timeout | undefined;

  return {
    name: 'events',
    handle: (request: AwsRequest): Promise<AwsResponse> =>
      handleJson(request, operations, () => store.flushed()),
    putEvents: (entries) => bus.putEvents(entries),
    apply,
    start: async () => {
      for (const rule of book.rules.values()) schedule.update(rule);
      bus.delivery.start();
      replays.resume();
      cleaning = setInterval(() => void archives.cleanUp(), 300_000);
      cleaning.unref();
    },
    stop: async () => {
      clearInterval(cleaning);
      schedule.stopAll();
      await replays.stop();
      await bus.delivery.stop();
      archives.saveAllCounts();
    },
  };
}

function makeBuses({ context, book, archives }: EventsParts, spec: Resources['eventBus']): void {
  const arnOf = (kind: string, name: string): string =>
    `arn:aws:events:${context.region}:${context.accountId}:${kind}/${name}`;
  for (const name of ['default', spec.name]) {
    if (!book.buses.has(name)) book.buses.set(name, { name, arn: arnOf('event-bus', name) });
  }
  const { name, retentionDays } = spec.archive;
  const before = archives.find(name);
  const fresh = { createdAt: Date.now() / 1_000, eventCount: 0, sizeBytes: 0 };
  archives.put({
    ...fresh,
    ...before,
    name,
    arn: arnOf('archive', name),
    sourceArn: arnOf('event-bus', spec.name),
    retentionDays,
  });
}

/** Puts the rules of events/rules and takes back those that were there before and are no longer. */
function applyRules(ctx: CloudContext, bus: string, specs: readonly RuleSpec[], book: RuleBook): void {
  const names = new Set(specs.map(({ name }) => name));
  for (const rule of book.ofBus(bus)) if (rule.shipped && !names.has(rule.name)) book.remove(rule);
  for (const spec of specs) book.put(shippedRule(ctx, bus, spec, book));
}

function shippedRule(ctx: CloudContext, bus: string, rule: RuleSpec, book: RuleBook): RuleRecord {
  const arn = (service: string, resource: string): string =>
    `arn:aws:${service}:${ctx.region}:${ctx.accountId}:${resource}`;
  const arns: Readonly<Record<RuleSpec['targets'][number]['type'], (name: string) => string>> = {
    sqs: (name) => arn('sqs', name),
    sns: (name) => arn('sns', name),
    lambda: (name) => arn('lambda', `function:${name}`),
    stepfunctions: (name) => arn('states', `stateMachine:${name}`),
  };
  const targets = rule.targets.map((target): Target => {
    const { inputTransformer, retryPolicy, deadLetterQueue } = target;
    return {
      Id: target.id,
      Arn: arns[target.type](target.resource),
      ...(inputTransformer && {
        InputTransformer: {
          InputPathsMap: inputTransformer.inputPathsMap,
          InputTemplate: inputTransformer.inputTemplate,
        },
      }),
      ...(retryPolicy && {
        RetryPolicy: {
          MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
          MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
        },
      }),
      ...(deadLetterQueue && { DeadLetterConfig: { Arn: arn('sqs', deadLetterQueue) } }),
    };
  });
  return {
    name: rule.name,
    bus,
    arn: arn('events', `rule/${bus}/${rule.name}`),
    description: rule.description,
    pattern: JSON.stringify(rule.eventPattern),
    state: book.find(rule.name, bus)?.state ?? 'ENABLED',
    targets,
    shipped: true,
  };
}
