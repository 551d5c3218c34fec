import { AwsError, type Operations } from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import type { Collection } from '../../store/store';
import type { Archives } from './archives';
import type { EventBus } from './bus';
import { archiveOperations } from './operations-archive';
import { busOperations } from './operations-bus';
import { ruleOperations } from './operations-rule';
import { compilePatternText } from './pattern';
import { checkRequest, type PutEventsEntry } from './put-events';
import type { Replays } from './replays';
import type { RuleBook } from './rules';
import type { Schedule } from './schedule';

export interface EventsParts {
  readonly context: CloudContext;
  readonly book: RuleBook;
  readonly bus: EventBus;
  readonly archives: Archives;
  readonly replays: Replays;
  readonly schedule: Schedule;
  /** By ARN of a rule or bus. */
  readonly tags: Collection<Readonly<Record<string, string>>>;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html */
export function eventsOperations(parts: EventsParts): Operations {
  return {
    ...eventOperations(parts),
    ...busOperations(parts),
    ...ruleOperations(parts),
    ...archiveOperations(parts),
  };
}

const eventFields = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

function eventOperations({ bus }: EventsParts): Operations {
  return {
    PutEvents: async ({ Entries }: { Entries?: PutEventsEntry[] }) => {
      checkRequest(Entries);
      const results = await bus.accept(Entries);
      return {
        FailedEntryCount: results.filter((result) => result.eventId === undefined).length,
        Entries: results.map(({ eventId, errorCode, errorMessage }) =>
          eventId === undefined ? { ErrorCode: errorCode, ErrorMessage: errorMessage } : { EventId: eventId },
        ),
      };
    },
    TestEventPattern: ({ EventPattern, Event }: { EventPattern?: string; Event?: string }) => {
      const event = parseEvent(Event ?? '');
      return { Result: compilePatternText(EventPattern ?? '')(event) };
    },
  };
}

function parseEvent(text: string): unknown {
  const refuse = (reason: string): AwsError =>
    new AwsError('ValidationException', `Parameter Event is not valid. Reason: ${reason}`);
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw refuse('it is not JSON.');
  }
  if (typeof event !== 'object' || event === null) throw refuse('it is not an object.');
  const missing = eventFields.find((field) => !Object.hasOwn(event, field));
  if (missing !== undefined) throw refuse(`it has no ${missing}.`);
  return event;
}
