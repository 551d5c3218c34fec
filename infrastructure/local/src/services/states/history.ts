import { type Json, type JsonObject, textOf } from './asl/json';

/** An event as GetExecutionHistory answers it. `timestamp` is in seconds since the epoch, with milliseconds. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: Json;
}

/** AWS ends an execution that reaches this many events. */
export const maximumEvents = 25_000;

export function withInput(value: Json): JsonObject {
  return { input: textOf(value), inputDetails: { truncated: false } };
}

export function withOutput(value: Json): JsonObject {
  return { output: textOf(value), outputDetails: { truncated: false } };
}

const data = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
]);

/** The event without what flowed through it (`includeExecutionData: false`). */
export function withoutData(event: HistoryEvent): HistoryEvent {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      name.endsWith('EventDetails')
        ? Object.fromEntries(Object.entries(value as JsonObject).filter(([key]) => !data.has(key)))
        : value,
    ]),
  ) as unknown as HistoryEvent;
}
