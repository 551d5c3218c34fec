import { AwsError } from '../../endpoint/aws';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
export const maximumRequestBytes = 256 * 1024;
export const maximumEntries = 10;

export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  /** Epoch seconds, or ISO 8601. */
  readonly Time?: number | string;
}

/** Epoch milliseconds; now where the entry names no time. Call it after {@link readDetail}. */
export function timeOf({ Time }: PutEventsEntry): number {
  if (Time === undefined || Time === null) return Date.now();
  return typeof Time === 'number' ? Time * 1_000 : Date.parse(Time);
}

export interface EntryProblem {
  readonly code: string;
  readonly message: string;
}

/** What refuses a whole request. */
export function checkRequest(
  entries: readonly PutEventsEntry[] | undefined,
): asserts entries is readonly PutEventsEntry[] {
  if (!isList(entries) || entries.length === 0 || entries.length > maximumEntries) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${maximumEntries}`,
    );
  }
  const total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (total > maximumRequestBytes) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
}

function isList(entries: unknown): entries is readonly PutEventsEntry[] {
  return Array.isArray(entries) && entries.every((entry) => typeof entry === 'object' && entry !== null);
}

/** As EventBridge counts: time, source, detail-type, detail and resources in UTF-8. */
function sizeOf(entry: PutEventsEntry): number {
  const text = (value: string | undefined): number => (value === undefined ? 0 : Buffer.byteLength(value));
  const resources = (entry.Resources ?? []).reduce((sum, arn) => sum + text(arn), 0);
  return (
    (entry.Time === undefined ? 0 : 14) +
    text(entry.Source) +
    text(entry.DetailType) +
    text(entry.Detail) +
    resources
  );
}

/** What refuses one entry while the others go on; otherwise its detail, parsed. */
export function readDetail(entry: PutEventsEntry): { readonly detail: unknown } | EntryProblem {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (typeof entry[name] !== 'string' || entry[name] === '')
      return {
        code: 'InvalidArgument',
        message: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  }
  if (entry.Source?.startsWith('aws.'))
    return { code: 'NotAuthorizedForSourceException', message: 'Not authorized for the source.' };
  if ((entry.DetailType?.length ?? 0) > 128)
    return {
      code: 'InvalidArgument',
      message: 'Parameter DetailType is not valid. Reason: it is longer than 128.',
    };
  if (Number.isNaN(new Date(timeOf(entry)).getTime()))
    return { code: 'InvalidArgument', message: 'Parameter Time is not valid.' };
  try {
    const detail: unknown = JSON.parse(entry.Detail ?? '');
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return { detail };
  } catch {
    // answered below
  }
  return { code: 'MalformedDetail', message: 'Detail is malformed.' };
}
