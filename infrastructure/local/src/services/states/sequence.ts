import type { Json, JsonObject } from './asl/json';
import type { Machine } from './asl/model';
import type { Scope } from './asl/scope';
import type { Work } from './cancel';
import type { Frame } from './frame';
import type { Run } from './run';
import { tokenOf } from './tokens';

/** One sequence of states at work: the execution itself, a branch or an iteration. */
export interface Sequence {
  readonly run: Run;
  readonly machine: Machine;
  readonly frame: Frame;
  readonly work: Work;
  readonly parent?: Sequence;
}

/** What the expressions of the current state see. */
export function scopeOf(sequence: Sequence): Scope {
  return {
    context: () => contextObject(sequence),
    variables: variablesOf(sequence),
    input: sequence.frame.input,
  };
}

/** Outer variables can be read from within; an inner one of the same name hides them. */
function variablesOf({ frame, parent }: Sequence): JsonObject {
  if (!parent) return frame.variables ?? {};
  const outer = variablesOf(parent);
  return frame.variables ? { ...outer, ...frame.variables } : outer;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
function contextObject(sequence: Sequence): JsonObject {
  const { run, frame } = sequence;
  const { record, identity } = run;
  const item = itemOf(sequence);
  return {
    Execution: {
      Id: identity.executionArn,
      Input: run.input,
      Name: record.name,
      RoleArn: identity.roleArn,
      StartTime: new Date(record.startedAt).toISOString(),
      RedriveCount: record.redriveCount ?? 0,
      ...(record.redrivenAt !== undefined && { RedriveTime: new Date(record.redrivenAt).toISOString() }),
    },
    State: {
      Name: frame.state,
      EnteredTime: new Date(frame.enteredAt).toISOString(),
      RetryCount: frame.retryCount ?? 0,
    },
    StateMachine: { Id: identity.stateMachineArn, Name: record.machine },
    ...(frame.task && { Task: { Token: tokenOf(record.key, frame.task.id) } }),
    ...(item && { Map: { Item: { Index: item.index, Value: item.value } } }),
  };
}

function itemOf({ frame, parent }: Sequence): { index: number; value: Json } | undefined {
  return frame.item ?? (parent && itemOf(parent));
}

export function sleepUntil({ run, work }: Sequence, time: number): Promise<void> {
  const { clock } = run.host;
  if (time <= clock.now()) return Promise.resolve();
  return work.wait<void>((resolve) => {
    const alarm = clock.at(time, resolve);
    return () => alarm.cancel();
  });
}
