import { countOperation } from '../../endpoint/operations';
import { setImmediate as turn } from 'node:timers/promises';
import { timestamp } from './asl/choice';
import { RuntimeError, StateError, matchesError } from './asl/errors';
import { type Json, type JsonObject, exceedsLimit, isObject, textOf } from './asl/json';
import type { ChoiceState, FailState, Finished, State, WaitState } from './asl/model';
import { nextRetry } from './asl/recovery';
import { Cancelled } from './cancel';
import { runMap, runParallel } from './composites';
import { clearAttempt, moveTo } from './frame';
import { withInput, withOutput } from './history';
import { HistoryFull } from './run';
import { type Sequence, scopeOf, sleepUntil } from './sequence';
import { runTask } from './tasks';

interface Step extends Finished {
  /** Undefined: the sequence ends. */
  readonly next?: string;
}

/** States that follow each other without waiting for anything let other work in after this many. */
const statesPerTurn = 50;

/**
 * Runs a sequence of states from where its frame stands to its end and resolves with its output. Called for a
 * new execution, branch or iteration, and in the same way for one that a restart interrupted.
 */
export async function runSequence(sequence: Sequence): Promise<Json> {
  const { frame, machine, run, work } = sequence;
  for (let count = 1; ; count++) {
    if (count % statesPerTurn === 0) await turn();
    work.check();
    const state = machine.states.get(frame.state);
    if (!state) throw new RuntimeError(`There is no state '${frame.state}'`);
    if (frame.enteredId === 0) {
      countOperation('states', 'StateTransition');
      frame.enteredAt = run.host.clock.now();
      frame.enteredId = run.note(frame, `${state.type}StateEntered`, {
        stateEnteredEventDetails: { name: state.name, ...withInput(frame.input) },
      });
    }
    const step = await completeState(state, sequence);
    work.check();
    run.note(frame, `${state.type}StateExited`, {
      stateExitedEventDetails: {
        name: state.name,
        ...withOutput(step.output),
        ...assignedDetails(step.assigned),
      },
    });
    if (step.assigned) frame.variables = { ...frame.variables, ...step.assigned };
    if (step.next === undefined) return step.output;
    moveTo(frame, step.next, step.output);
  }
}

/** Executes a state until it succeeds, is caught, or fails for good. */
async function completeState(state: State, sequence: Sequence): Promise<Step> {
  const { frame, run } = sequence;
  for (;;) {
    try {
      if (state.type !== 'Wait' && frame.wakeAt !== undefined) {
        await sleepUntil(sequence, frame.wakeAt);
        delete frame.wakeAt;
      }
      return bounded(state, await executeState(state, sequence));
    } catch (error) {
      const failure = failureOf(error, state, sequence);
      // One that comes from a branch or iteration has been written there.
      if (
        failure.errorName === 'States.QueryEvaluationError' &&
        failure.errorCause.startsWith(whereOf(state))
      ) {
        run.note(frame, 'EvaluationFailed', {
          evaluationFailedEventDetails: {
            error: failure.errorName,
            cause: failure.errorCause,
            state: state.name,
          },
        });
      }
      if (!('retry' in state)) throw failure;
      const retry = nextRetry(state.retry, frame.attempts ?? [], failure, run.host.random);
      if (!retry) return await caught(state, failure, sequence);
      clearAttempt(frame);
      frame.attempts = state.retry.map(
        (_, index) => (frame.attempts?.[index] ?? 0) + (index === retry.index ? 1 : 0),
      );
      frame.retryCount = (frame.retryCount ?? 0) + 1;
      frame.wakeAt = run.host.clock.now() + retry.delayMs;
      run.changed();
    }
  }
}

async function caught(
  state: Extract<State, { catch: unknown }>,
  failure: StateError,
  sequence: Sequence,
): Promise<Step> {
  const catcher = state.catch.find((each) => matchesError(each.errorEquals, failure));
  if (!catcher) throw failure;
  try {
    const finished = await catcher.finish(sequence.frame.input, failure.output, scopeOf(sequence));
    return bounded(state, { ...finished, next: catcher.next });
  } catch (error) {
    throw failureOf(error, state, sequence);
  }
}

async function executeState(state: State, sequence: Sequence): Promise<Step> {
  switch (state.type) {
    case 'Task':
      return then(state, await runTask(state, sequence));
    case 'Parallel':
      return then(state, await runParallel(state, sequence, runSequence));
    case 'Map':
      return then(state, await runMap(state, sequence, runSequence));
    case 'Pass': {
      const scope = scopeOf(sequence);
      const prepared = await state.prepare(sequence.frame.input, scope);
      return then(state, await state.finish(sequence.frame.input, state.result ?? prepared, scope));
    }
    case 'Wait':
      return then(state, await runWait(state, sequence));
    case 'Choice':
      return runChoice(state, sequence);
    case 'Succeed': {
      const scope = scopeOf(sequence);
      return state.finish(sequence.frame.input, await state.prepare(sequence.frame.input, scope), scope);
    }
    case 'Fail':
      throw await failOf(state, sequence);
  }
}

function then(state: State, finished: Finished): Step {
  return state.next === undefined ? finished : { ...finished, next: state.next };
}

async function runWait(state: WaitState, sequence: Sequence): Promise<Finished> {
  const { frame, run } = sequence;
  const scope = scopeOf(sequence);
  const prepared = await state.prepare(frame.input, scope);
  if (frame.wakeAt === undefined) {
    const value = await state.wait.value(prepared, scope);
    frame.wakeAt =
      state.wait.unit === 'seconds' ? run.host.clock.now() + secondsOf(value) * 1000 : timeOf(value);
    run.changed();
  }
  await sleepUntil(sequence, frame.wakeAt);
  return state.finish(frame.input, prepared, scope);
}

function secondsOf(value: Json): number {
  if (typeof value === 'number' && value >= 0 && value <= 99_999_999) return value;
  throw new RuntimeError(
    `The seconds to wait must be a number between 0 and 99999999, but were ${JSON.stringify(value)}`,
  );
}

function timeOf(value: Json): number {
  const time = typeof value === 'string' ? timestamp(value) : undefined;
  if (time === undefined)
    throw new RuntimeError(`The time to wait for is not a timestamp: ${JSON.stringify(value)}`);
  return time;
}

async function runChoice(state: ChoiceState, sequence: Sequence): Promise<Step> {
  const { input } = sequence.frame;
  const scope = scopeOf(sequence);
  const prepared = await state.prepare(input, scope);
  for (const choice of state.choices) {
    if (await choice.test(prepared, scope))
      return { ...(await choice.finish(input, prepared, scope)), next: choice.next };
  }
  if (state.default === undefined) {
    throw new StateError('States.NoChoiceMatched', 'No choice rule matched and the state has no Default');
  }
  return { ...(await state.finish(input, prepared, scope)), next: state.default };
}

async function failOf(state: FailState, sequence: Sequence): Promise<StateError> {
  const scope = scopeOf(sequence);
  const text = async (part: FailState['error']): Promise<string> => {
    const value = part ? await part(sequence.frame.input, scope) : '';
    if (typeof value !== 'string') throw new RuntimeError('Error and Cause of a Fail state must be strings');
    return value;
  };
  return new StateError(await text(state.error), await text(state.cause));
}

/** Outputs are limited in size. */
function bounded(state: State, step: Step): Step {
  if (!exceedsLimit(textOf(step.output))) return step;
  throw new StateError(
    'States.DataLimitExceeded',
    `The state/task '${state.name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** What a thrown thing means to Retry and Catch; things that end the execution anyway are thrown on. */
function failureOf(error: unknown, state: State, { frame }: Sequence): StateError {
  if (error instanceof Cancelled || error instanceof HistoryFull) throw error;
  const where = `${whereOf(state)} (entered at the event id #${frame.enteredId}).`;
  if (error instanceof StateError) {
    const failing =
      error instanceof RuntimeError ||
      error.errorName === 'States.QueryEvaluationError' ||
      error.errorName === 'States.IntrinsicFailure';
    if (!failing || error.errorCause.startsWith('An error occurred while executing')) return error;
    return error instanceof RuntimeError
      ? new RuntimeError(`${where} ${error.errorCause}`)
      : new StateError(error.errorName, `${where} ${error.errorCause}`);
  }
  console.error(error);
  return new RuntimeError(`${where} ${error instanceof Error ? error.message : String(error)}`);
}

function whereOf({ name }: State): string {
  return `An error occurred while executing the state '${name}'`;
}

function assignedDetails(assigned: JsonObject | undefined): JsonObject {
  if (!isObject(assigned)) return {};
  return {
    assignedVariables: Object.fromEntries(
      Object.entries(assigned).map(([name, value]) => [name, textOf(value)]),
    ),
    assignedVariablesDetails: { truncated: false },
  };
}
