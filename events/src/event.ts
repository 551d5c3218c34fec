import { randomUUID } from 'node:crypto';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { eventCatalogue, type EventDetails, type OlderDetails } from './generated/events';
import * as validators from './generated/validators';

export type EventName = keyof EventDetails;

/** What a consumer may meet: the version of the catalogue, or the one before where it is still read. */
export type ReadableDetail<N extends EventName> =
  EventDetails[N] | (N extends keyof OlderDetails ? OlderDetails[N] : never);

/** A detail without what {@link createEvent} adds. `Omit` on a union-free interface keeps its members exact. */
export type EventInput<N extends EventName> = Omit<EventDetails[N], 'metadata' | 'timestamp'>;

/** An event ready for an outbox row or a PutEvents entry. */
export interface DomainEvent<N extends EventName = EventName> {
  readonly eventId: string;
  readonly source: string;
  readonly detailType: N;
  readonly detail: EventDetails[N];
}

/** The envelope EventBridge delivers to queues and functions. */
export interface EventEnvelope<N extends EventName = EventName> {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': N;
  readonly time: string;
  readonly detail: ReadableDetail<N>;
}

export class EventValidationError extends Error {
  readonly code = 'EVENT_INVALID';
  constructor(
    readonly detailType: string,
    readonly errors: readonly { path: string; message: string }[],
  ) {
    super(`${detailType} is not valid: ${errors.map((e) => `${e.path || '/'} ${e.message}`).join('; ')}`);
    this.name = 'EventValidationError';
  }
}

/**
 * Makes an event of a kind the catalogue knows: adds timestamp and metadata (a fresh eventId, the schema's version)
 * and validates. Throws {@link EventValidationError}.
 */
export function createEvent<N extends EventName>(
  detailType: N,
  input: EventInput<N>,
  trace: { correlationId: string; causationId?: string; eventId?: string; now?: Date },
): DomainEvent<N> {
  const { source, version } = eventCatalogue[detailType];
  const eventId = trace.eventId ?? randomUUID();
  const detail = {
    ...input,
    timestamp: (trace.now ?? new Date()).toISOString(),
    metadata: {
      eventId,
      schemaVersion: version,
      correlationId: trace.correlationId,
      ...(trace.causationId === undefined ? {} : { causationId: trace.causationId }),
    },
  } as unknown as EventDetails[N];
  assertDetail(detailType, detail);
  return { eventId, source, detailType, detail };
}

/**
 * Checks a detail against the schema of its own major version. Members a later minor version added are accepted; a major
 * version that is not read here, older or newer, is not.
 */
export function assertDetail<N extends EventName>(
  detailType: N,
  detail: unknown,
): asserts detail is ReadableDetail<N> {
  const validate = validatorFor(detailType, versionIn(detail));
  if (!validate(detail)) throw new EventValidationError(detailType, (validate.errors ?? []).map(describe));
}

const byName = validators as unknown as Readonly<Record<string, ValidateFunction>>;
const majorOf = (version: string): number => Number(version.split('.')[0]);

function validatorFor(detailType: EventName, version: string | undefined): ValidateFunction {
  const { version: current } = eventCatalogue[detailType];
  const major = majorOf(version ?? current);
  const validate = byName[major === majorOf(current) ? detailType : `${detailType}V${major}`];
  if (validate) return validate;
  const message = `${version} is not read here`;
  throw new EventValidationError(detailType, [{ path: '/metadata/schemaVersion', message }]);
}

/** The version that the detail names; a detail without one is left to the schema of today, which says what is missing. */
function versionIn(detail: unknown): string | undefined {
  const version = (detail as { metadata?: { schemaVersion?: unknown } } | null | undefined)?.metadata
    ?.schemaVersion;
  return typeof version === 'string' ? version : undefined;
}

/**
 * Reads an EventBridge envelope (JSON text of an SQS body, or the object a rule hands to a function) and checks that
 * it is one of the kinds the consumer expects, from the source the catalogue names. Throws {@link EventValidationError}.
 */
export function parseEnvelope<N extends EventName>(
  body: string | object,
  expected: readonly N[],
): EventEnvelope<N> {
  const envelope = (typeof body === 'string' ? parse(body) : body) as Partial<EventEnvelope<N>>;
  const name = expected.find((candidate) => candidate === envelope['detail-type']);
  if (name === undefined) {
    throw new EventValidationError(String(envelope['detail-type']), [
      { path: '/detail-type', message: `must be one of ${expected.join(', ')}` },
    ]);
  }
  if (envelope.source !== eventCatalogue[name].source) {
    throw new EventValidationError(name, [
      { path: '/source', message: `must be ${eventCatalogue[name].source}` },
    ]);
  }
  assertDetail(name, envelope.detail);
  return envelope as EventEnvelope<N>;
}

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // falls through: not JSON and not an object are the same to the consumer
  }
  throw new EventValidationError('(unknown)', [{ path: '', message: 'is not a JSON object' }]);
}

function describe(error: ErrorObject): { path: string; message: string } {
  return { path: error.instancePath, message: error.message ?? error.keyword };
}
