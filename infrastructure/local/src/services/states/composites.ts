import { RuntimeError, StateError } from './asl/errors';
import { type Json, isArray, textOf } from './asl/json';
import type { Finished, Machine, MapState, ParallelState } from './asl/model';
import type { Evaluate, Scope } from './asl/scope';
import { type Child, type Frame, newFrame } from './frame';
import type { Run } from './run';
import { type Sequence, scopeOf } from './sequence';

type RunSequence = (sequence: Sequence) => Promise<Json>;

/** An inline Map runs at most this many iterations at a time, as on AWS. */
const mostAtOnce = 40;

/**
 * Runs the branches side by side. Each has a frame of its own below the state's, so after a restart finished
 * branches keep their output and the others go on where they stood.
 */
export async function runParallel(
  state: ParallelState,
  sequence: Sequence,
  runSequence: RunSequence,
): Promise<Finished> {
  const { frame, run } = sequence;
  const scope = scopeOf(sequence);
  if (!frame.children) {
    const input = await state.prepare(frame.input, scope);
    const startedId = run.note(frame, 'ParallelStateStarted');
    frame.children = state.branches.map((branch) => ({ frame: newFrame(branch.startAt, input, startedId) }));
  }
  const children = frame.children;
  const failure = await together(sequence, children.length, children.length, async (index, work) => {
    const child = children[index];
    const machine = state.branches[index];
    if (!child || !('frame' in child) || !machine) return;
    const output = await runSequence({ run, machine, frame: child.frame, parent: sequence, work });
    frame.lastId = child.frame.lastId;
    children[index] = { output };
  });
  if (failure) throw giveUp(failure, 'ParallelStateFailed', state, sequence);
  run.note(frame, 'ParallelStateSucceeded');
  return state.finish(frame.input, outputsOf(children), scope);
}

/**
 * Runs the processor once per item. A failed iteration within `ToleratedFailureCount` / `-Percentage` leaves
 * {Error, Cause} in its place; beyond them the state fails (without them: with the iteration's own error).
 */
export async function runMap(
  state: MapState,
  sequence: Sequence,
  runSequence: RunSequence,
): Promise<Finished> {
  const { frame, run } = sequence;
  const { processor } = state;
  const scope = scopeOf(sequence);
  const input = await state.prepare(frame.input, scope);
  const items = await state.items(input, scope);
  if (!isArray(items)) {
    throw new RuntimeError(
      `Reference path must yield a JSON array: the items of Map '${state.name}' are ${textOf(items).slice(0, 1000)}`,
    );
  }
  const limits = await limitsOf(state, input, scope, items.length);
  if (!frame.children) {
    run.note(frame, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
    frame.children = items.map(() => null);
  }
  const children = frame.children;
  const startedId = frame.lastId;
  const failure = await together(sequence, items.length, limits.atOnce, async (index, work) => {
    const details = { name: state.name, index };
    let child = children[index];
    if (child && !('frame' in child)) return;
    if (!child) {
      const value = items[index] ?? null;
      const begun = newFrame(processor.startAt, value, startedId);
      begun.item = { index, value };
      if (state.selector)
        begun.input = await state.selector(
          input,
          scopeOf({ ...sequence, frame: { ...frame, item: begun.item } }),
        );
      child = { frame: begun };
      children[index] = child;
      run.note(begun, 'MapIterationStarted', { mapIterationStartedEventDetails: details });
    }
    try {
      const output = await runSequence({
        run,
        machine: processor,
        frame: child.frame,
        parent: sequence,
        work,
      });
      frame.lastId = run.note(child.frame, 'MapIterationSucceeded', {
        mapIterationSucceededEventDetails: details,
      });
      children[index] = { output };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      frame.lastId = run.note(child.frame, 'MapIterationFailed', { mapIterationFailedEventDetails: details });
      if (error instanceof RuntimeError || limits.tolerated === undefined) throw error;
      children[index] = { failed: error.output };
      const failed = children.filter((each) => each && 'failed' in each).length;
      if (failed > limits.tolerated) {
        throw new StateError(
          'States.ExceedToleratedFailureThreshold',
          'The specified tolerated failure threshold was exceeded',
        );
      }
    }
  });
  if (failure) throw giveUp(failure, 'MapStateFailed', state, sequence);
  run.note(frame, 'MapStateSucceeded');
  return state.finish(frame.input, outputsOf(children), scope);
}

async function limitsOf(
  state: MapState,
  input: Json,
  scope: Scope,
  length: number,
): Promise<{ atOnce: number; tolerated: number | undefined }> {
  const read = async (limit: Evaluate | undefined): Promise<number | undefined> => {
    const value = await limit?.(input, scope);
    if (value === undefined || (typeof value === 'number' && value >= 0)) return value;
    throw new RuntimeError(`A limit of Map '${state.name}' is not a number: ${JSON.stringify(value)}`);
  };
  const wanted = (await read(state.maxConcurrency)) ?? 0;
  const count = await read(state.toleratedCount);
  const percentage = await read(state.toleratedPercentage);
  const tolerated = [count, percentage === undefined ? undefined : (length * percentage) / 100].filter(
    (each) => each !== undefined,
  );
  return {
    atOnce: wanted === 0 ? mostAtOnce : Math.min(wanted, mostAtOnce),
    tolerated: tolerated.length > 0 ? Math.min(...tolerated) : undefined,
  };
}

interface Failure {
  readonly error: unknown;
  /** Which job failed. */
  readonly index: number;
}

/** Does the jobs, some at a time. The first failure cancels the others and is returned once they have ended. */
async function together(
  { work }: Sequence,
  count: number,
  atOnce: number,
  job: (index: number, work: Sequence['work']) => Promise<void>,
): Promise<Failure | undefined> {
  const inner = work.child();
  const failures: Failure[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count && failures.length === 0) {
      const index = next++;
      try {
        await job(index, inner);
      } catch (error) {
        failures.push({ error, index });
        inner.cancel();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  work.release(inner);
  return failures[0];
}

function outputsOf(children: readonly (Child | null)[]): Json {
  return children.map((child) =>
    child && 'output' in child ? child.output : child && 'failed' in child ? child.failed : null,
  );
}

/** Writes that the state failed, and that what else ran inside it is given up. */
function giveUp(
  failure: Failure,
  type: string,
  state: ParallelState | MapState,
  { frame, run }: Sequence,
): Error {
  if (failure.error instanceof StateError) {
    noteChildrenAborted(run, frame, state, failure.index);
    run.note(frame, type);
  }
  return failure.error as Error;
}

const abortable: readonly string[] = ['Task', 'Wait', 'Parallel', 'Map'];

/** Writes that a frame's current state, and what runs inside it, is given up. */
export function noteAborted(run: Run, frame: Frame, machine: Machine): void {
  const state = machine.states.get(frame.state);
  if (!state || frame.enteredId === 0) return;
  if (state.type === 'Parallel' || state.type === 'Map') noteChildrenAborted(run, frame, state);
  if (abortable.includes(state.type)) run.note(frame, `${state.type}StateAborted`);
}

function noteChildrenAborted(run: Run, frame: Frame, state: ParallelState | MapState, except?: number): void {
  frame.children?.forEach((child, index) => {
    if (!child || !('frame' in child) || index === except) return;
    const machine = state.type === 'Map' ? state.processor : state.branches[index];
    if (machine) noteAborted(run, child.frame, machine);
    if (state.type !== 'Map') return;
    run.note(child.frame, 'MapIterationAborted', {
      mapIterationAbortedEventDetails: { name: state.name, index },
    });
  });
}
