import type { Json, JsonObject } from './asl/json';

/**
 * Where one sequence of states stands: the execution itself, a branch of a Parallel or an iteration of a Map.
 * Frames are plain data; the tree of them is what is written to disk and all that is needed to go on.
 */
export interface Frame {
  /** Current state and its raw input. */
  state: string;
  input: Json;
  /** Id of the event that entered the state; 0 before. */
  enteredId: number;
  enteredAt: number;
  /** The sequence's last event: `previousEventId` of the next one. */
  lastId: number;
  /** Variables assigned in this sequence; those of outer ones are read through. */
  variables?: JsonObject;
  /** The Map item of an iteration (`$$.Map.Item`). */
  item?: { readonly index: number; readonly value: Json };
  /** Retries so far in this state, one count per retrier, and in all. */
  attempts?: number[];
  retryCount?: number;
  /** When a retry or a Wait is due. */
  wakeAt?: number;
  task?: TaskAttempt;
  /** Parallel and Map: one entry per branch or started iteration. */
  children?: (Child | null)[];
}

/** One attempt at a task. */
export interface TaskAttempt {
  readonly id: string;
  /** Id of its TaskScheduled event, which holds the arguments. */
  scheduledId: number;
  timeoutSeconds?: number;
  heartbeatSeconds?: number;
  /** When it times out, for tasks that wait for a token or a job. */
  deadline?: number;
  /** The request has been made and answered; a re-run must not make it again. */
  submitted?: boolean;
  /** `sync`: the answer, from which the job is known. */
  submission?: Json;
  /** What SendTaskSuccess or SendTaskFailure said; kept before the caller is answered. */
  outcome?: { readonly output: Json } | { readonly error: string; readonly cause: string };
}

export type Child =
  | { readonly frame: Frame }
  /** Finished. `lastId` links the event that follows. */
  | { readonly output: Json }
  /** Failed within what the Map tolerates. */
  | { readonly failed: Json };

export function newFrame(state: string, input: Json, lastId: number): Frame {
  return { state, input, enteredId: 0, enteredAt: 0, lastId };
}

/** Moves a frame to another state. */
export function moveTo(frame: Frame, state: string, input: Json): void {
  frame.state = state;
  frame.input = input;
  frame.enteredId = 0;
  delete frame.attempts;
  delete frame.retryCount;
  clearAttempt(frame);
}

/** Forgets what the current attempt at a state had begun. */
export function clearAttempt(frame: Frame): void {
  delete frame.wakeAt;
  delete frame.task;
  delete frame.children;
}

/** For RedriveExecution: what failed or was aborted starts over, what succeeded stays. */
export function resetForRedrive(frame: Frame): void {
  delete frame.attempts;
  delete frame.retryCount;
  delete frame.task;
  delete frame.wakeAt;
  frame.children?.forEach((child, index, list) => {
    if (child && 'frame' in child) resetForRedrive(child.frame);
    if (child && 'failed' in child) list[index] = null;
  });
}
