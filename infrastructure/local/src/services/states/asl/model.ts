import type { TaskResource } from '../integrations/model';
import type { Json, JsonObject } from './json';
import type { Evaluate, Scope } from './scope';

/** A definition compiled once at create time: paths, templates and resources are closures by then. */
export interface Machine {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  readonly timeoutSeconds?: number;
}

export interface Finished {
  readonly output: Json;
  /** Variables that the state assigns. */
  readonly assigned?: JsonObject;
}

/** Turns a state's result into its output: ResultSelector, ResultPath, OutputPath, Assign, or JSONata's Output and Assign. */
export type Finish = (rawInput: Json, result: Json, scope: Scope) => Finished | Promise<Finished>;

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number;
  /** A random delay between 0 and the computed one. */
  readonly fullJitter: boolean;
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  /** Its `result` is the error output {Error, Cause}. */
  readonly finish: Finish;
}

interface Common {
  readonly name: string;
  /** Undefined: the state ends its machine, branch or iteration. */
  readonly next?: string;
  /** From the raw input to what the state works on: InputPath and Parameters, or Arguments. */
  readonly prepare: Evaluate;
  readonly finish: Finish;
}

interface Recovering extends Common {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface TaskState extends Recovering {
  readonly type: 'Task';
  readonly resource: TaskResource;
  readonly timeout?: Evaluate;
  readonly heartbeat?: Evaluate;
}

export interface PassState extends Common {
  readonly type: 'Pass';
  readonly result?: Json;
}

export interface WaitState extends Common {
  readonly type: 'Wait';
  readonly wait: { readonly unit: 'seconds' | 'timestamp'; readonly value: Evaluate };
}

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly choices: readonly {
    readonly test: (data: Json, scope: Scope) => boolean | Promise<boolean>;
    readonly next: string;
    readonly finish: Finish;
  }[];
  readonly default?: string;
}

export interface SucceedState extends Common {
  readonly type: 'Succeed';
}

export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error?: Evaluate;
  readonly cause?: Evaluate;
}

export interface ParallelState extends Recovering {
  readonly type: 'Parallel';
  readonly branches: readonly Machine[];
}

export interface MapState extends Recovering {
  readonly type: 'Map';
  readonly items: Evaluate;
  readonly selector?: Evaluate;
  readonly processor: Machine;
  readonly maxConcurrency?: Evaluate;
  readonly toleratedCount?: Evaluate;
  readonly toleratedPercentage?: Evaluate;
}

export type State =
  TaskState | PassState | WaitState | ChoiceState | SucceedState | FailState | ParallelState | MapState;

/** A finding about a definition, as ValidateStateMachineDefinition shows it. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly location: string;
}
