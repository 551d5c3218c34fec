import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateMachineSpec } from '../../artefacts/model';
import type { ServiceModule } from '../../endpoint/aws';
import type { CloudContext, Invocation, MetricDatum, Ports, StateMachinePort } from '../../ports';
import { Store } from '../../store/store';
import type { Json, JsonObject } from './asl/json';
import type { Alarm, Clock } from './clock';
import type { HistoryEvent } from './history';
import { type StatesOptions, createStates } from './index';

/** Support of this service's tests: the real service on a real store, with functions made of closures. */

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  private time = Date.parse('2026-01-01T00:00:00Z');
  private alarms: { time: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }
  at(time: number, callback: () => void): Alarm {
    const alarm = { time, callback };
    this.alarms.push(alarm);
    return { cancel: () => (this.alarms = this.alarms.filter((each) => each !== alarm)) };
  }
  /** How long until the next alarm, in milliseconds. */
  get nextIn(): number | undefined {
    return this.alarms.length === 0
      ? undefined
      : Math.min(...this.alarms.map((alarm) => alarm.time)) - this.time;
  }
  get count(): number {
    return this.alarms.length;
  }
  advance(milliseconds: number): void {
    this.time += milliseconds;
    const due = this.alarms.filter((alarm) => alarm.time <= this.time).sort((a, b) => a.time - b.time);
    this.alarms = this.alarms.filter((alarm) => !due.includes(alarm));
    for (const alarm of due) alarm.callback();
  }
}

/** An error that a function throws, by name. */
export class NamedError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export type Handler = (input: Json) => Json | Promise<Json>;

export class TestCloud {
  readonly functions = new Map<string, Handler>();
  readonly invocations: { name: string; input: Json }[] = [];
  readonly messages: { queueArn: string; body: string }[] = [];
  readonly entries: { detailType: string; detail: string; resources?: readonly string[] }[] = [];
  readonly metrics: MetricDatum[] = [];
  readonly context: CloudContext;

  private constructor(
    private readonly directory: string,
    private store: Store,
    private readonly options: StatesOptions,
    public service: ServiceModule & StateMachinePort,
  ) {
    this.context = this.makeContext();
  }

  static async create(options: StatesOptions = {}): Promise<TestCloud> {
    const directory = await mkdtemp(join(tmpdir(), 'states-'));
    const store = await Store.open(directory);
    const cloud = new TestCloud(directory, store, options, undefined as never);
    await cloud.boot();
    return cloud;
  }

  private makeContext(): CloudContext {
    const ports: Partial<Ports> = {
      functions: {
        invoke: (name, payload) => this.invoke(name, payload),
        invokeAsync: async (name, payload) => void (await this.invoke(name, payload)),
      },
      queues: {
        send: async (queueArn, message) => {
          this.messages.push({ queueArn, body: message.body });
          return { messageId: 'message-1' };
        },
      } as Partial<Ports['queues']> as Ports['queues'],
      bus: {
        putEvents: async (entries) => {
          this.entries.push(...entries);
          return entries.map(({ detailType }) =>
            detailType === 'Refused' ? { errorCode: 'InternalFailure' } : { eventId: 'event-1' },
          );
        },
      },
      topics: { publish: async () => ({ messageId: 'message-2' }) },
      metrics: { put: (_, data) => void this.metrics.push(...data) },
    };
    return {
      region: 'ap-northeast-1',
      accountId: '000000000000',
      endpointUrl: 'http://127.0.0.1:1',
      store: this.store,
      ports: ports as Ports,
    };
  }

  private async boot(specs: readonly StateMachineSpec[] = []): Promise<void> {
    this.service = await createStates({ ...this.context, store: this.store }, specs, this.options);
    await this.service.start?.();
  }

  /**
   * Leaves the service behind as `kill -9` would (with what has reached the disk a moment later)
   * and starts another.
   */
  async crash(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const copy = `${this.directory}-${randomUUID()}`;
    await cp(this.directory, copy, { recursive: true });
    await this.halt();
    await rm(this.directory, { recursive: true });
    await rename(copy, this.directory);
    this.store = await Store.open(this.directory);
    await this.boot();
  }

  /** Stops the service in good order and starts another one on the same data. */
  async restart(specs: readonly StateMachineSpec[] = []): Promise<void> {
    await this.halt();
    this.store = await Store.open(this.directory);
    await this.boot(specs);
  }

  private async halt(): Promise<void> {
    await this.service.stop?.();
    await this.store.close();
  }

  async close(): Promise<void> {
    await this.halt();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async invoke(name: string, payload: string): Promise<Invocation> {
    const short = name.split(':function:').pop() ?? name;
    const input = JSON.parse(payload) as Json;
    this.invocations.push({ name: short, input });
    const handler = this.functions.get(short);
    try {
      return {
        statusCode: 200,
        payload: JSON.stringify((await handler?.(input)) ?? null),
        executedVersion: '$LATEST',
      };
    } catch (error) {
      if (!(error instanceof NamedError)) throw error;
      const payloadText = JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] });
      return {
        statusCode: 200,
        functionError: 'Unhandled',
        payload: payloadText,
        executedVersion: '$LATEST',
      };
    }
  }

  /** Calls the API; throws what it answers if that is an error. */
  async call(operation: string, input: JsonObject = {}): Promise<Answer> {
    const response = await this.service.handle({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {
        'x-amz-target': `AWSStepFunctions.${operation}`,
        'content-type': 'application/x-amz-json-1.0',
      },
      body: Buffer.from(JSON.stringify(input)),
      signal: new AbortController().signal,
    });
    const output = JSON.parse(String(response.body)) as Answer;
    if (response.status !== 200) throw new NamedError(output.__type, output.message);
    return output;
  }

  async machine(definition: JsonObject, type = 'STANDARD'): Promise<string> {
    const { stateMachineArn } = await this.call('CreateStateMachine', {
      name: `machine-${randomUUID()}`,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::000000000000:role/test',
      type,
    });
    return stateMachineArn;
  }

  async begin(definition: JsonObject, input: Json = {}): Promise<string> {
    const stateMachineArn = await this.machine(definition);
    const { executionArn } = await this.call('StartExecution', {
      stateMachineArn,
      input: JSON.stringify(input),
    });
    return executionArn;
  }

  /** Runs a definition to its end. */
  async run(definition: JsonObject, input: Json = {}): Promise<Ended> {
    return this.ended(await this.begin(definition, input));
  }

  /** A machine of one state, `S`, run to its end. */
  async state(state: JsonObject, input: Json = {}): Promise<Ended> {
    const ends =
      state['Type'] === 'Succeed' || state['Type'] === 'Fail' || state['Type'] === 'Choice'
        ? {}
        : { End: true };
    return this.run({ StartAt: 'S', States: { S: { ...state, ...ends } } }, input);
  }

  async ended(executionArn: string): Promise<Ended> {
    await eventually(async () =>
      (await this.describe(executionArn)).status === 'RUNNING' ? undefined : true,
    );
    const { status, output, error, cause } = await this.describe(executionArn);
    return {
      status,
      ...(output !== undefined && { output: JSON.parse(output) as Json }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    };
  }

  async describe(
    executionArn: string,
  ): Promise<{ status: string; output?: string; error?: string; cause?: string }> {
    return (await this.call('DescribeExecution', { executionArn })) as unknown as { status: string };
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    return (await this.call('GetExecutionHistory', { executionArn, maxResults: 1000 })).events;
  }

  async types(executionArn: string): Promise<string[]> {
    return (await this.history(executionArn)).map(({ type }) => type);
  }
}

/** Members of answers that tests read. */
interface Answer {
  stateMachineArn: string;
  executionArn: string;
  revisionId: string;
  nextToken?: string;
  __type: string;
  message: string;
  events: HistoryEvent[];
  executions: { name: string; executionArn: string }[];
  diagnostics: object[];
  stateMachines: object[];
}

export interface Ended {
  status: string;
  output?: Json;
  error?: string;
  cause?: string;
}

/** Resolves with the first answer that is not undefined. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < 2000; turn++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, turn < 20 ? 0 : 5));
  }
  throw new Error('It did not happen');
}

export function lambdaArn(name: string): string {
  return `arn:aws:lambda:ap-northeast-1:000000000000:function:${name}`;
}
