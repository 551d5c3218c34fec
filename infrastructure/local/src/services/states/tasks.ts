import { randomUUID } from 'node:crypto';
import { RuntimeError, StateError } from './asl/errors';
import { type Json, type JsonObject, exceedsLimit, isObject, textOf } from './asl/json';
import type { Finished, TaskState } from './asl/model';
import type { Evaluate, Scope } from './asl/scope';
import type { Alarm } from './clock';
import type { TaskAttempt } from './frame';
import { withInput, withOutput } from './history';
import { invokeDirectly } from './integrations/lambda';
import type { ServiceResource, TaskCall } from './integrations/model';
import type { Waiter } from './run';
import { type Sequence, scopeOf } from './sequence';

/**
 * One attempt at a task: its arguments, the call, the result. What must not be lost is on disk before the call is
 * made. An attempt that a restart interrupted is made again with the same arguments and token, unless the service
 * had already answered it (a task then goes on waiting for its token or job).
 */
export async function runTask(state: TaskState, sequence: Sequence): Promise<Finished> {
  const { frame, run, work } = sequence;
  frame.task ??= { id: randomUUID(), scheduledId: 0 };
  const attempt = frame.task;
  const args =
    attempt.scheduledId === 0
      ? await schedule(state, sequence, attempt)
      : await run.host.scheduledArguments(run, attempt.scheduledId);
  let result: Json;
  try {
    if (run.durable) await run.host.persisted(run);
    work.check();
    result = await outcomeOf(state, sequence, attempt, args);
    if (exceedsLimit(textOf(result))) {
      throw new StateError(
        'States.DataLimitExceeded',
        `The state/task '${state.resource.arn}' returned a result with a size exceeding the maximum number of bytes service limit.`,
      );
    }
  } catch (error) {
    if (error instanceof StateError && !(error instanceof RuntimeError)) noteFailure(state, sequence, error);
    throw error;
  }
  noteSuccess(state, sequence, result);
  return state.finish(frame.input, result, scopeOf(sequence));
}

/** Works out the arguments and writes that the task begins. */
async function schedule(state: TaskState, sequence: Sequence, attempt: TaskAttempt): Promise<Json> {
  const { frame, run } = sequence;
  const { resource } = state;
  const scope = scopeOf(sequence);
  const args = await state.prepare(frame.input, scope);
  if (exceedsLimit(textOf(args))) {
    throw new StateError(
      'States.DataLimitExceeded',
      `The state/task '${resource.arn}' has arguments with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  const timeout = await secondsOf(state.timeout, frame.input, scope);
  const heartbeat = await secondsOf(state.heartbeat, frame.input, scope);
  const limits = {
    ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
  };
  if (timeout !== undefined) attempt.timeoutSeconds = timeout;
  if (heartbeat !== undefined) attempt.heartbeatSeconds = heartbeat;
  if (resource.kind === 'lambda') {
    attempt.scheduledId = run.note(frame, 'LambdaFunctionScheduled', {
      lambdaFunctionScheduledEventDetails: { resource: resource.arn, ...withInput(args), ...limits },
    });
    run.note(frame, 'LambdaFunctionStarted');
  } else {
    attempt.scheduledId = run.note(frame, 'TaskScheduled', {
      taskScheduledEventDetails: {
        ...named(resource),
        region: run.host.context.region,
        parameters: textOf(args),
        ...limits,
      },
    });
    run.note(frame, 'TaskStarted', { taskStartedEventDetails: named(resource) });
  }
  return args;
}

async function secondsOf(
  limit: Evaluate | undefined,
  input: Json,
  scope: Scope,
): Promise<number | undefined> {
  if (!limit) return undefined;
  const value = await limit(input, scope);
  if (typeof value === 'number' && value > 0 && value <= 99_999_999) return value;
  throw new RuntimeError(
    `A timeout or heartbeat must be a number of seconds between 1 and 99999999, but is ${JSON.stringify(value)}`,
  );
}

/** Makes the call and waits for its outcome, the token's, or a timeout, whichever is first. */
function outcomeOf(state: TaskState, sequence: Sequence, attempt: TaskAttempt, args: Json): Promise<Json> {
  const { run, work } = sequence;
  const { host } = run;
  const { resource } = state;
  if (attempt.outcome) return settled(attempt.outcome);
  return work.wait<Json>((resolve, reject) => {
    const alarms: { timeout?: Alarm; heartbeat?: Alarm } = {};
    const waits = resource.kind === 'service' && resource.pattern !== 'request';
    const startTimeout = (): void => {
      if (attempt.timeoutSeconds === undefined) return;
      // A request that is made again has its time again; what waits outside keeps the deadline it had.
      const deadline = host.clock.now() + attempt.timeoutSeconds * 1000;
      if (waits) attempt.deadline ??= deadline;
      alarms.timeout = host.clock.at(attempt.deadline ?? deadline, () =>
        reject(new StateError('States.Timeout', '')),
      );
    };
    const beat = (): void => {
      if (attempt.heartbeatSeconds === undefined) return;
      alarms.heartbeat?.cancel();
      const due = host.clock.now() + attempt.heartbeatSeconds * 1000;
      alarms.heartbeat = host.clock.at(due, () => reject(new StateError('States.HeartbeatTimeout', '')));
    };
    let giveUp: (() => void) | undefined;
    if (resource.kind === 'lambda') {
      giveUp = host.turnstile.enter(run.record.startedAt, () => {
        startTimeout();
        const call = invokeDirectly(host.context.ports.functions, resource.arn, args);
        call.then(resolve, reject);
        return call;
      });
    } else {
      startTimeout();
      if (waits) beat();
      if (resource.pattern === 'token')
        host.waiters.set(attempt.id, waiter(sequence, attempt, beat, resolve, reject));
      request(resource, sequence, attempt, args).then((answer) => {
        if (resource.pattern !== 'token') resolve(answer);
      }, reject);
    }
    return () => {
      giveUp?.();
      alarms.timeout?.cancel();
      alarms.heartbeat?.cancel();
      host.waiters.delete(attempt.id);
    };
  });
}

async function settled(outcome: NonNullable<TaskAttempt['outcome']>): Promise<Json> {
  if ('output' in outcome) return outcome.output;
  throw new StateError(outcome.error, outcome.cause);
}

function waiter(
  sequence: Sequence,
  attempt: TaskAttempt,
  beat: () => void,
  resolve: (value: Json) => void,
  reject: (error: Error) => void,
): Waiter {
  return {
    run: sequence.run,
    heartbeat: beat,
    deliver: (outcome) => {
      attempt.outcome = outcome;
      sequence.run.changed();
      settled(outcome).then(resolve, reject);
    },
  };
}

/** Calls the service unless it has answered before; for `sync` goes on to the end of the job. */
async function request(
  resource: ServiceResource,
  sequence: Sequence,
  attempt: TaskAttempt,
  args: Json,
): Promise<Json> {
  const { frame, run } = sequence;
  const call: TaskCall = {
    context: run.host.context,
    executionArn: run.identity.executionArn,
    stateMachineArn: run.identity.stateMachineArn,
    attemptId: attempt.id,
    executions: run.host.executions,
  };
  if (!attempt.submitted) {
    if (!isObject(args)) throw new RuntimeError(`The arguments of ${resource.arn} must be an object`);
    const answer = await resource.run(args, call);
    if (resource.pattern === 'request') return answer;
    // The attempt may have ended meanwhile: its token came back before the call did, or it timed out.
    if (frame.task !== attempt || attempt.outcome || run.over) return answer;
    attempt.submitted = true;
    if (resource.pattern === 'sync') attempt.submission = answer;
    run.note(frame, 'TaskSubmitted', {
      taskSubmittedEventDetails: { ...named(resource), ...withOutput(answer) },
    });
  }
  return resource.completion ? resource.completion(attempt.submission ?? null, call) : null;
}

function noteSuccess({ resource }: TaskState, { frame, run }: Sequence, result: Json): void {
  if (resource.kind === 'lambda') {
    run.note(frame, 'LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: withOutput(result) });
  } else {
    run.note(frame, 'TaskSucceeded', {
      taskSucceededEventDetails: { ...named(resource), ...withOutput(result) },
    });
  }
}

function noteFailure({ resource }: TaskState, { frame, run }: Sequence, error: StateError): void {
  const timedOut = error.errorName === 'States.Timeout' || error.errorName === 'States.HeartbeatTimeout';
  const details = { error: error.errorName, ...(error.errorCause !== '' && { cause: error.errorCause }) };
  if (resource.kind === 'lambda') {
    if (timedOut) run.note(frame, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details });
    else run.note(frame, 'LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
  } else if (timedOut) {
    run.note(frame, 'TaskTimedOut', { taskTimedOutEventDetails: { ...named(resource), ...details } });
  } else {
    run.note(frame, 'TaskFailed', { taskFailedEventDetails: { ...named(resource), ...details } });
  }
}

function named({ resourceType, resource }: ServiceResource): JsonObject {
  return { resourceType, resource };
}
