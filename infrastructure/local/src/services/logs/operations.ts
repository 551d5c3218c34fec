import { AwsError, type Operations } from '../../endpoint/aws';
import { compileFilterPattern } from './filter-pattern';
import type { LogEvent, LogGroup, LogStore, LogStream } from './store';

interface Account {
  readonly region: string;
  readonly accountId: string;
}

const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const maximumBatchEvents = 10_000;
const fortnight = 14 * 86_400_000;
const twoHours = 2 * 3_600_000;

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html */
export function logOperations(store: LogStore, account: Account, write: LogWrite): Operations {
  const arn = (group: string): string =>
    `arn:aws:logs:${account.region}:${account.accountId}:log-group:${group}`;

  function groupOf(input: GroupInput): LogGroup {
    const name =
      input.logGroupName ??
      input.logGroupIdentifier?.replace(/^arn:aws:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '');
    if (typeof name !== 'string' || name === '') throw invalid('logGroupName is required');
    const group = store.group(name);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  function streamOf(group: LogGroup, name: string | undefined): LogStream {
    const stream = name === undefined ? undefined : store.stream(group.name, name);
    if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return stream;
  }

  return {
    CreateLogGroup: ({ logGroupName, tags }: { logGroupName?: string; tags?: Record<string, string> }) => {
      if (typeof logGroupName !== 'string' || !/^[\w\-./#]{1,512}$/.test(logGroupName))
        throw invalid(`logGroupName is not valid`);
      if (store.group(logGroupName))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      store.createGroup(logGroupName, tags);
    },

    DeleteLogGroup: (input: GroupInput) => store.deleteGroup(groupOf(input).name),

    DescribeLogGroups: (input: { logGroupNamePrefix?: string; logGroupNamePattern?: string } & Paged) => {
      const prefix = input.logGroupNamePrefix ?? '';
      const part = input.logGroupNamePattern ?? '';
      const groups = store.allGroups().filter(({ name }) => name.startsWith(prefix) && name.includes(part));
      const { items, nextToken } = paged(groups, input);
      return { logGroups: items.map((group) => describeGroup(group, arn(group.name))), nextToken };
    },

    PutRetentionPolicy: async (input: GroupInput & { retentionInDays?: number }) => {
      const group = groupOf(input);
      const days = input.retentionInDays ?? 0;
      if (!retentions.includes(days))
        throw invalid(`retentionInDays must be one of ${retentions.join(', ')}`);
      store.saveGroup(Object.assign(group, { retentionDays: days }));
      await store.expire();
    },

    DeleteRetentionPolicy: (input: GroupInput) => {
      const group = groupOf(input);
      delete group.retentionDays;
      store.saveGroup(group);
    },

    CreateLogStream: (input: GroupInput & { logStreamName?: string }) => {
      const group = groupOf(input);
      const name = input.logStreamName;
      if (typeof name !== 'string' || !/^[^:*]{1,512}$/.test(name))
        throw invalid('logStreamName is not valid');
      if (store.stream(group.name, name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      store.createStream(group.name, name);
    },

    DeleteLogStream: (input: GroupInput & { logStreamName?: string }) => {
      const group = groupOf(input);
      store.deleteStream(group.name, streamOf(group, input.logStreamName).name);
    },

    DescribeLogStreams: (input: GroupInput & StreamsInput) => {
      const group = groupOf(input);
      const streams = store
        .streamsOf(group.name)
        .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''));
      const byTime = input.orderBy === 'LastEventTime';
      streams.sort((a, b) => (byTime ? (a.lastEvent ?? 0) - (b.lastEvent ?? 0) : a.name < b.name ? -1 : 1));
      if (input.descending === true) streams.reverse();
      const { items, nextToken } = paged(streams, input);
      return { logStreams: items.map((stream) => describeStream(stream, arn(group.name))), nextToken };
    },

    PutLogEvents: (
      input: GroupInput & { logStreamName?: string; logEvents?: { timestamp?: number; message?: string }[] },
    ) => {
      const group = groupOf(input);
      const stream = streamOf(group, input.logStreamName);
      const { accepted, rejected } = accept(input.logEvents ?? []);
      write(group.name, stream.name, accepted);
      store.flush();
      return { nextSequenceToken: String(Date.now()), ...(rejected && { rejectedLogEventsInfo: rejected }) };
    },

    GetLogEvents: async (input: GroupInput & EventsInput) => {
      const group = groupOf(input);
      const stream = streamOf(group, input.logStreamName);
      return readStream(store, group.name, stream, input);
    },

    FilterLogEvents: async (input: GroupInput & FilterInput) => {
      const group = groupOf(input);
      return filterEvents(store, group.name, input);
    },

    TagLogGroup: (input: GroupInput & { tags?: Record<string, string> }) => {
      const group = groupOf(input);
      store.saveGroup(Object.assign(group, { tags: { ...group.tags, ...input.tags } }));
    },

    ListTagsLogGroup: (input: GroupInput) => ({ tags: groupOf(input).tags }),
    ListTagsForResource: (input: { resourceArn?: string }) => ({
      tags: groupOf(input.resourceArn === undefined ? {} : { logGroupIdentifier: input.resourceArn }).tags,
    }),
  };
}

export type LogWrite = (
  group: string,
  stream: string,
  events: readonly { timestamp: number; message: string }[],
) => void;

interface GroupInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
}

interface Paged {
  readonly limit?: number;
  readonly nextToken?: string;
}

interface StreamsInput extends Paged {
  readonly logStreamNamePrefix?: string;
  readonly orderBy?: string;
  readonly descending?: boolean;
}

interface EventsInput extends Paged {
  readonly logStreamName?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly startFromHead?: boolean;
}

interface FilterInput extends EventsInput {
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly filterPattern?: string;
}

function paged<T>(
  items: readonly T[],
  { limit, nextToken }: Paged,
): { items: readonly T[]; nextToken?: string } {
  const size = Math.min(limit ?? 50, 50);
  const start = Number(nextToken ?? 0);
  if (!Number.isInteger(start) || start < 0 || size < 1) throw invalid('The specified nextToken is invalid.');
  return {
    items: items.slice(start, start + size),
    ...(start + size < items.length && { nextToken: String(start + size) }),
  };
}

function describeGroup(group: LogGroup, arn: string): object {
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: 'STANDARD',
    storedBytes: group.storedBytes,
  };
}

function describeStream(stream: LogStream, groupArn: string): object {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(stream.firstEvent !== undefined && { firstEventTimestamp: stream.firstEvent }),
    ...(stream.lastEvent !== undefined && {
      lastEventTimestamp: stream.lastEvent,
      lastIngestionTime: stream.lastIngestion,
    }),
    uploadSequenceToken: String(stream.lastIngestion ?? stream.createdAt),
    arn: `${groupArn}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

type Accepted = { timestamp: number; message: string }[];

/** Events in order of time; those older than a fortnight or more than two hours ahead are rejected by their index. */
function accept(events: readonly { timestamp?: number; message?: string }[]): {
  accepted: Accepted;
  rejected?: object;
} {
  if (events.length === 0 || events.length > maximumBatchEvents)
    throw invalid(`logEvents must hold 1 to ${maximumBatchEvents} events`);
  const now = Date.now();
  const accepted: Accepted = [];
  let tooOld = -1;
  let tooNew = -1;
  let last = -Infinity;
  events.forEach(({ timestamp, message }, index) => {
    if (typeof timestamp !== 'number' || typeof message !== 'string' || message === '')
      throw invalid('A log event needs timestamp and message');
    if (timestamp < last)
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    last = timestamp;
    if (timestamp < now - fortnight) tooOld = index + 1;
    else if (timestamp > now + twoHours) tooNew = tooNew < 0 ? index : tooNew;
    else accepted.push({ timestamp, message });
  });
  if (tooOld < 0 && tooNew < 0) return { accepted };
  return {
    accepted,
    rejected: {
      ...(tooOld >= 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
    },
  };
}

/** Pages of one stream. Tokens: `f/<id>` goes on after that event, `b/<id>` goes back from it. */
async function readStream(
  store: LogStore,
  group: string,
  stream: LogStream,
  input: EventsInput,
): Promise<object> {
  const limit = Math.min(input.limit ?? 10_000, 10_000);
  const [direction, position] = (input.nextToken ?? '').split('/');
  if (input.nextToken !== undefined && !/^[fb]\/\d*$/.test(input.nextToken))
    throw invalid('The specified nextToken is invalid.');
  const events: LogEvent[] = [];
  const from = Math.max(input.startTime ?? 0, stream.firstEvent ?? 0);
  const to = Math.min(input.endTime ?? Infinity, (stream.lastEvent ?? 0) + 1);
  const forward = direction === 'f' || (direction !== 'b' && input.startFromHead === true);
  for await (const event of store.read(group, from, to)) {
    if (event.stream !== stream.name) continue;
    if (position && (direction === 'f' ? event.id <= position : event.id >= position)) continue;
    events.push(event);
    if (forward && events.length >= limit) break;
    if (events.length > limit) events.shift();
  }
  const first = events[0]?.id ?? position ?? '';
  const last = events.at(-1)?.id ?? position ?? '';
  return {
    events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${last}`,
    nextBackwardToken: `b/${first}`,
  };
}

async function filterEvents(store: LogStore, group: string, input: FilterInput): Promise<object> {
  const limit = Math.min(input.limit ?? 10_000, 10_000);
  const matches = compileFilterPattern(input.filterPattern ?? '');
  const names = input.logStreamNames === undefined ? undefined : new Set(input.logStreamNames);
  const prefix = input.logStreamNamePrefix ?? '';
  const after = input.nextToken ?? '';
  const from = Math.max(input.startTime ?? 0, after === '' ? 0 : Number(after.slice(0, 20)));
  const events: object[] = [];
  let last = '';
  let more = false;
  for await (const event of store.read(group, from, (input.endTime ?? Infinity) + 1)) {
    if (
      event.id <= after ||
      !event.stream.startsWith(prefix) ||
      (names && !names.has(event.stream)) ||
      !matches(event.message)
    )
      continue;
    if (events.length >= limit) {
      more = true;
      break;
    }
    last = event.id;
    const { stream, timestamp, message, ingestionTime, id } = event;
    events.push({ logStreamName: stream, timestamp, message, ingestionTime, eventId: id });
  }
  return { events, searchedLogStreams: [], ...(more && { nextToken: last }) };
}
