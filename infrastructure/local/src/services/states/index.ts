import { randomUUID } from 'node:crypto';
import type { StateMachineSpec } from '../../artefacts/model';
import { type Operations, type ServiceModule, handleJson } from '../../endpoint/aws';
import type { CloudContext, StateMachinePort } from '../../ports';
import { executionOperations } from './api-executions';
import { machineOperations } from './api-machines';
import { Archive, type Retention } from './archive';
import { Arns } from './arns';
import { SystemClock, type Clock } from './clock';
import { Engine } from './engine';
import { jsonText, validName } from './input';
import { Machines } from './machines';

export interface StatesOptions {
  readonly clock?: Clock;
  /** For retry delays with jitter. */
  readonly random?: () => number;
  readonly retention?: Retention;
}

/** AWS keeps 90 days; the number keeps a laptop's disk in bounds. */
const defaultRetention: Retention = { days: 90, executions: 200_000 };

/**
 * Step Functions: state machines of the artefacts (created or updated here, each with the role `<name>-role`) and
 * of users, their executions and histories. `start` takes up the executions that a restart interrupted.
 */
export async function createStates(
  context: CloudContext,
  specs: readonly StateMachineSpec[],
  options: StatesOptions = {},
): Promise<ServiceModule & StateMachinePort> {
  const system = options.clock ? undefined : new SystemClock();
  const clock = options.clock ?? system ?? new SystemClock();
  const arns = new Arns(context.region, context.accountId);
  const machines = await Machines.open(context.store);
  const archive = await Archive.open(context.store, options.retention ?? defaultRetention);
  const engine = new Engine({
    context,
    clock,
    random: options.random ?? Math.random,
    archive,
    machines,
    arns,
  });
  for (const spec of specs) adopt(machines, spec, arns.role(`${spec.name}-role`), clock.now());
  const operations: Operations = {
    ...machineOperations({ machines, engine, arns, clock }),
    ...executionOperations({ engine, arns, archive }),
  };
  const flushed = (): Promise<void> => context.store.flushed();
  const reading = async (): Promise<void> => undefined;

  return {
    name: 'states',
    handle: (request) => {
      const target = String(request.headers['x-amz-target'] ?? '');
      return handleJson(
        request,
        operations,
        /\.(Describe|List|Get|Validate)/.test(target) ? reading : flushed,
      );
    },
    start: async () => {
      engine.recover();
      // Nobody waits for old executions to be deleted.
      archive.sweep(clock.now()).catch((error: unknown) => console.error(error));
    },
    stop: async () => {
      engine.stop();
      system?.stop();
      await archive.close();
      await context.store.flushed();
    },
    startExecution: async ({ stateMachineArn, name, input }) => {
      const run = await engine.start(
        engine.machine(stateMachineArn),
        validName(name ?? randomUUID()),
        jsonText(input, 'InvalidExecutionInput'),
      );
      await context.store.flushed();
      return { executionArn: run.identity.executionArn, startDate: new Date(run.record.startedAt) };
    },
  };
}

/** Creates or updates a state machine of the artefacts. */
function adopt(
  machines: Machines,
  { name, type, definition }: StateMachineSpec,
  roleArn: string,
  now: number,
): void {
  const existing = machines.find(name);
  try {
    if (existing?.type === type) machines.update(existing, { definition, roleArn }, now);
    else machines.create(name, type, definition, roleArn, now);
  } catch (error) {
    throw new Error(`State machine '${name}' is not valid`, { cause: error });
  }
}
