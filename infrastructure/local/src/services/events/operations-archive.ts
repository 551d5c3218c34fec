import { AwsError, type Operations } from '../../endpoint/aws';
import type { EventsParts } from './operations';
import type { ArchiveRecord, ReplayRecord, ReplayState } from './model';
import { page } from './page';
import { compilePatternText } from './pattern';

interface ArchiveInput {
  readonly ArchiveName: string;
  readonly EventSourceArn?: string;
  readonly Description?: string;
  readonly EventPattern?: string;
  readonly RetentionDays?: number;
}

interface ReplayInput {
  readonly ReplayName: string;
  readonly Description?: string;
  readonly EventSourceArn?: string;
  readonly EventStartTime: number;
  readonly EventEndTime: number;
  readonly Destination?: { readonly Arn: string; readonly FilterArns?: string[] };
}

const archiveView = (archive: ArchiveRecord): object => ({
  ArchiveName: archive.name,
  EventSourceArn: archive.sourceArn,
  State: 'ENABLED',
  RetentionDays: archive.retentionDays,
  SizeBytes: archive.sizeBytes,
  EventCount: archive.eventCount,
  CreationTime: archive.createdAt,
});

const replayView = (replay: ReplayRecord): object => ({
  ReplayName: replay.name,
  EventSourceArn: replay.archiveArn,
  State: replay.state,
  EventStartTime: replay.eventStart,
  EventEndTime: replay.eventEnd,
  EventLastReplayedTime: replay.lastEventTime,
  ReplayStartTime: replay.startedAt,
  ReplayEndTime: replay.endedAt,
});

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html */
export function archiveOperations({ context, book, archives, replays }: EventsParts): Operations {
  const arn = (kind: 'archive' | 'replay', name: string): string =>
    `arn:aws:events:${context.region}:${context.accountId}:${kind}/${name}`;
  return {
    CreateArchive: (input: ArchiveInput) => {
      if (!/^[.\-_A-Za-z0-9]{1,48}$/.test(input.ArchiveName ?? ''))
        throw new AwsError('ValidationException', 'Parameter ArchiveName is not valid.');
      if (archives.find(input.ArchiveName))
        throw new AwsError('ResourceAlreadyExistsException', `Archive ${input.ArchiveName} already exists.`);
      const bus = book.buses.get(book.busName(input.EventSourceArn));
      if (input.EventPattern) compilePatternText(input.EventPattern);
      const archive: ArchiveRecord = {
        name: input.ArchiveName,
        arn: arn('archive', input.ArchiveName),
        sourceArn: bus?.arn ?? '',
        retentionDays: input.RetentionDays ?? 0,
        createdAt: Date.now() / 1_000,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        ...(input.EventPattern ? { pattern: input.EventPattern } : {}),
        eventCount: 0,
        sizeBytes: 0,
      };
      archives.put(archive);
      return { ArchiveArn: archive.arn, State: 'ENABLED', CreationTime: archive.createdAt };
    },
    UpdateArchive: (input: ArchiveInput) => {
      const before = archives.get(input.ArchiveName);
      if (input.EventPattern) compilePatternText(input.EventPattern);
      archives.put({
        ...before,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        ...(input.EventPattern ? { pattern: input.EventPattern } : {}),
        ...(input.RetentionDays === undefined ? {} : { retentionDays: input.RetentionDays }),
      });
      return { ArchiveArn: before.arn, State: 'ENABLED', CreationTime: before.createdAt };
    },
    DescribeArchive: ({ ArchiveName }: ArchiveInput) => {
      const archive = archives.get(ArchiveName);
      return {
        ...archiveView(archive),
        ArchiveArn: archive.arn,
        Description: archive.description,
        EventPattern: archive.pattern,
      };
    },
    ListArchives: (input: {
      NamePrefix?: string;
      EventSourceArn?: string;
      Limit?: number;
      NextToken?: string;
    }) => {
      const found = archives
        .list()
        .filter(
          (archive) =>
            archive.name.startsWith(input.NamePrefix ?? '') &&
            (!input.EventSourceArn || archive.sourceArn === input.EventSourceArn),
        );
      const { items, next } = page(found, input.Limit, input.NextToken);
      return { Archives: items.map(archiveView), ...next };
    },
    DeleteArchive: ({ ArchiveName }: ArchiveInput) => archives.remove(ArchiveName),
    StartReplay: (input: ReplayInput) => {
      if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(input.ReplayName ?? ''))
        throw new AwsError('ValidationException', 'Parameter ReplayName is not valid.');
      const archive = archives.get(input.EventSourceArn?.split('archive/').at(-1) ?? '');
      if (!(input.EventStartTime < input.EventEndTime)) {
        throw new AwsError(
          'ValidationException',
          'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
        );
      }
      if (input.Destination?.Arn !== archive.sourceArn) {
        throw new AwsError(
          'ValidationException',
          'Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN of the archive.',
        );
      }
      const replay: ReplayRecord = {
        name: input.ReplayName,
        arn: arn('replay', input.ReplayName),
        archiveArn: archive.arn,
        ...(input.Description === undefined ? {} : { description: input.Description }),
        destination: input.Destination,
        eventStart: input.EventStartTime,
        eventEnd: input.EventEndTime,
        startedAt: Date.now() / 1_000,
        state: 'STARTING',
      };
      replays.begin(replay);
      return { ReplayArn: replay.arn, State: 'STARTING', ReplayStartTime: replay.startedAt };
    },
    DescribeReplay: ({ ReplayName }: ReplayInput) => {
      const replay = replays.get(ReplayName);
      return {
        ...replayView(replay),
        ReplayArn: replay.arn,
        Description: replay.description,
        Destination: replay.destination,
      };
    },
    ListReplays: (input: {
      NamePrefix?: string;
      State?: ReplayState;
      Limit?: number;
      NextToken?: string;
    }) => {
      const found = replays
        .list()
        .filter(
          (r) => r.name.startsWith(input.NamePrefix ?? '') && (!input.State || r.state === input.State),
        );
      const { items, next } = page(found, input.Limit, input.NextToken);
      return { Replays: items.map(replayView), ...next };
    },
    CancelReplay: ({ ReplayName }: ReplayInput) => {
      const replay = replays.cancel(ReplayName);
      return { ReplayArn: replay.arn, State: replay.state };
    },
  };
}
