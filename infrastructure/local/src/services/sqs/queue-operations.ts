import { AwsError } from '../../endpoint/aws';
import { invalidValue, missing, within } from './errors';
import type { MoveTasks } from './move-tasks';
import type { Queue } from './queue';
import { readableAttributes } from './queue-attributes';
import type { QueueRegistry } from './registry';

interface OnQueue {
  readonly QueueUrl?: string;
}
interface Page {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}
type Texts = Readonly<Record<string, string>>;

const purgePauseMs = 60_000;

/** CreateQueue to CancelMessageMoveTask, with the JSON protocol's member names. */
export function queueOperations(registry: QueueRegistry, moves: MoveTasks) {
  const purgedAt = new Map<Queue, number>();

  const queueOf = (input: OnQueue): Queue => {
    if (!input.QueueUrl) throw missing('QueueUrl');
    return registry.byUrl(input.QueueUrl);
  };

  return {
    CreateQueue: (input: { QueueName?: string; Attributes?: Record<string, unknown>; tags?: Texts }) => {
      if (!input.QueueName) throw missing('QueueName');
      return {
        QueueUrl: registry.urlOf(registry.create(input.QueueName, input.Attributes ?? {}, input.tags ?? {})),
      };
    },

    DeleteQueue: (input: OnQueue) => registry.remove(queueOf(input)),

    GetQueueUrl: (input: { QueueName?: string }) => ({
      QueueUrl: registry.urlOf(registry.byName(input.QueueName ?? '')),
    }),

    ListQueues: (input: Page & { QueueNamePrefix?: string }) => {
      const names = registry.names().filter((name) => name.startsWith(input.QueueNamePrefix ?? ''));
      const page = paginate(names, input);
      const urls = page.items.map((name) => registry.urlOf(registry.byName(name)));
      return { ...(urls.length > 0 ? { QueueUrls: urls } : {}), ...page.rest };
    },

    GetQueueAttributes: (input: OnQueue & { AttributeNames?: string[] }) => {
      const queue = queueOf(input);
      const wanted = new Set(input.AttributeNames ?? []);
      for (const name of wanted) {
        if (name !== 'All' && !readableAttributes.has(name))
          throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
      }
      const all = Object.entries(registry.attributesOf(queue));
      const chosen = wanted.has('All') ? all : all.filter(([name]) => wanted.has(name));
      return chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {};
    },

    SetQueueAttributes: (input: OnQueue & { Attributes?: Record<string, unknown> }) =>
      registry.setAttributes(queueOf(input), input.Attributes ?? {}),

    PurgeQueue: (input: OnQueue) => {
      const queue = queueOf(input);
      const now = Date.now();
      if (now - (purgedAt.get(queue) ?? -Infinity) < purgePauseMs) {
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        );
      }
      purgedAt.set(queue, now);
      queue.purge();
    },

    ListDeadLetterSourceQueues: (input: OnQueue & Page) => {
      const page = paginate(registry.sourcesOf(queueOf(input)), input);
      return { queueUrls: page.items.map((queue) => registry.urlOf(queue)), ...page.rest };
    },

    TagQueue: (input: OnQueue & { Tags?: Texts }) => {
      const queue = queueOf(input);
      const tags = { ...registry.tagsOf(queue), ...input.Tags };
      if (Object.keys(tags).length > 50)
        throw invalidValue('Too many tags added for the queue: at most 50 are allowed.');
      registry.setTags(queue, tags);
    },

    UntagQueue: (input: OnQueue & { TagKeys?: string[] }) => {
      const queue = queueOf(input);
      const gone = new Set(input.TagKeys ?? []);
      registry.setTags(
        queue,
        Object.fromEntries(Object.entries(registry.tagsOf(queue)).filter(([key]) => !gone.has(key))),
      );
    },

    ListQueueTags: (input: OnQueue) => ({ Tags: registry.tagsOf(queueOf(input)) }),

    StartMessageMoveTask: (input: {
      SourceArn?: string;
      DestinationArn?: string;
      MaxNumberOfMessagesPerSecond?: number;
    }) => {
      if (!input.SourceArn) throw missing('SourceArn');
      const rate = within(input.MaxNumberOfMessagesPerSecond, 'MaxNumberOfMessagesPerSecond', 1, 500);
      return { TaskHandle: moves.start(input.SourceArn, input.DestinationArn, rate) };
    },

    CancelMessageMoveTask: (input: { TaskHandle?: string }) => ({
      ApproximateNumberOfMessagesMoved: moves.cancel(input.TaskHandle ?? ''),
    }),

    ListMessageMoveTasks: (input: { SourceArn?: string; MaxResults?: number }) => {
      if (!input.SourceArn) throw missing('SourceArn');
      const tasks = moves.list(input.SourceArn, within(input.MaxResults, 'MaxResults', 1, 10) ?? 1);
      return {
        Results: tasks.map((task) => ({
          TaskHandle: task.handle,
          Status: task.status,
          SourceArn: task.sourceArn,
          DestinationArn: task.destinationArn,
          MaxNumberOfMessagesPerSecond: task.maxPerSecond,
          ApproximateNumberOfMessagesMoved: task.moved,
          ApproximateNumberOfMessagesToMove: task.toMove,
          FailureReason: task.failureReason,
          StartedTimestamp: task.startedAt,
        })),
      };
    },
  };
}

/** Pages only where the client asks for a size, as SQS does. */
function paginate<T>(
  items: readonly T[],
  { NextToken, MaxResults }: Page,
): { items: readonly T[]; rest: { NextToken?: string } } {
  const size = within(MaxResults, 'MaxResults', 1, 1000) ?? 1000;
  const start = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64').toString('latin1'));
  if (!Number.isInteger(start) || start < 0) throw invalidValue('Invalid or expired next token.');
  const more = MaxResults !== undefined && start + size < items.length;
  return {
    items: items.slice(start, start + size),
    rest: more ? { NextToken: Buffer.from(String(start + size)).toString('base64') } : {},
  };
}
