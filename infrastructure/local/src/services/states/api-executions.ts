import { randomUUID } from 'node:crypto';
import { AwsError, type Operations } from '../../endpoint/aws';
import type { Archive, Listed } from './archive';
import type { Arns } from './arns';
import { type JsonObject, isObject, parse } from './asl/json';
import { describeExecution, describeListed, redriveStatus } from './describe';
import type { Engine } from './engine';
import { type HistoryEvent, withoutData } from './history';
import {
  invalidToken,
  jsonText,
  limitOf,
  optionalText,
  page,
  requiredText,
  validName,
  validation,
} from './input';
import type { MachineRecord } from './machines';
import type { ExecutionRecord } from './record';
import type { Run, Waiter } from './run';
import { readToken } from './tokens';

const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

/** Operations on executions and on tasks that wait for a token. */
export function executionOperations(parts: { engine: Engine; arns: Arns; archive: Archive }): Operations {
  const { engine, arns, archive } = parts;

  const record = async (arn: string): Promise<ExecutionRecord> => {
    const found = await engine.find(arns.executionKey(arn));
    if (!found) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  };
  const begin = (input: JsonObject, machine: MachineRecord): Promise<Run> => {
    const name = validName(optionalText(input, 'name') ?? randomUUID());
    return engine.start(
      machine,
      name,
      jsonText(optionalText(input, 'input') ?? '{}', 'InvalidExecutionInput'),
    );
  };
  const waiter = (input: JsonObject): Waiter => {
    const token = requiredText(input, 'taskToken');
    const known = readToken(token);
    if (!known) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    const waiting = engine.waiters.get(known.attemptId);
    if (!waiting || waiting.run.record.key !== known.executionKey) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    return waiting;
  };

  return {
    StartExecution: async (input: JsonObject) => {
      const run = await begin(input, engine.machine(requiredText(input, 'stateMachineArn')));
      return { executionArn: run.identity.executionArn, startDate: run.record.startedAt / 1000 };
    },

    StartSyncExecution: async (input: JsonObject) => {
      const arn = requiredText(input, 'stateMachineArn');
      const machine = engine.machine(arn);
      if (machine.type !== 'EXPRESS') {
        throw new AwsError('StateMachineTypeNotSupported', `State Machine Type Not Supported: '${arn}'`);
      }
      const run = await begin(input, machine);
      if (!run.over) await new Promise((resolve) => run.onEnd(resolve));
      return syncAnswer(run);
    },

    DescribeExecution: async (input: JsonObject) =>
      describeExecution(await record(requiredText(input, 'executionArn')), arns, engine.clock.now()),

    ListExecutions: async (input: JsonObject) => {
      const machine = engine.machine(requiredText(input, 'stateMachineArn'));
      if (machine.type === 'EXPRESS') {
        throw new AwsError(
          'StateMachineTypeNotSupported',
          `State Machine Type Not Supported: '${arns.machine(machine.name)}'`,
        );
      }
      const status = optionalText(input, 'statusFilter');
      if (status !== undefined && !statuses.includes(status)) {
        throw validation('statusFilter', `must satisfy enum value set: [${statuses.join(', ')}]`);
      }
      if (status === 'RUNNING') return listRunning(input, engine.runningOf(machine.name), machine.name, arns);
      const cursor = optionalText(input, 'nextToken');
      const redrive = optionalText(input, 'redriveFilter');
      const found = await archive.executions(machine.name, {
        limit: limitOf(input['maxResults']),
        ...(status !== undefined && { status }),
        ...(cursor !== undefined && { cursor: Buffer.from(cursor, 'base64').toString('utf8') }),
        ...(redrive !== undefined && {
          accept: (line: Listed) => (line.redriveCount ?? 0) > 0 === (redrive === 'REDRIVEN'),
        }),
      });
      return {
        executions: found.lines.map((line) => describeListed(line, machine.name, arns)),
        ...(found.cursor !== undefined && { nextToken: Buffer.from(found.cursor).toString('base64') }),
      };
    },

    StopExecution: async (input: JsonObject) => {
      const key = arns.executionKey(requiredText(input, 'executionArn'));
      const run = engine.running(key);
      const error = optionalText(input, 'error');
      const cause = optionalText(input, 'cause');
      if (run)
        engine.terminate(run, 'ABORTED', {
          ...(error !== undefined && { error }),
          ...(cause !== undefined && { cause }),
        });
      const { stoppedAt } = await record(requiredText(input, 'executionArn'));
      return { stopDate: (stoppedAt ?? 0) / 1000 };
    },

    RedriveExecution: async (input: JsonObject) => {
      const found = await record(requiredText(input, 'executionArn'));
      const reason = redriveStatus(found, engine.clock.now());
      if (reason !== undefined)
        throw new AwsError('ExecutionNotRedrivable', `Execution Not Redrivable: '${reason}'`);
      return { redriveDate: (engine.redrive(found).record.redrivenAt ?? 0) / 1000 };
    },

    GetExecutionHistory: async (input: JsonObject) => {
      const { key } = await record(requiredText(input, 'executionArn'));
      engine.flush();
      const reverse = input['reverseOrder'] === true;
      const { limit, offset } = page(input);
      const events: HistoryEvent[] = [];
      let skipped = 0;
      for await (const event of archive.events(key, reverse)) {
        if (skipped++ < offset) continue;
        if (events.length === limit)
          return {
            events: shown(events, input),
            nextToken: Buffer.from(String(offset + limit)).toString('base64'),
          };
        events.push(event);
      }
      return { events: shown(events, input) };
    },

    SendTaskSuccess: (input: JsonObject) => {
      const output = jsonText(requiredText(input, 'output'), 'InvalidOutput');
      waiter(input).deliver({ output: parse(output) });
      engine.flush();
      return {};
    },

    SendTaskFailure: (input: JsonObject) => {
      const error = optionalText(input, 'error') ?? '';
      waiter(input).deliver({ error, cause: optionalText(input, 'cause') ?? '' });
      engine.flush();
      return {};
    },

    SendTaskHeartbeat: (input: JsonObject) => {
      waiter(input).heartbeat();
      return {};
    },
  };
}

/** Pages of what runs are anchored at an execution's place in time, since others end between two pages. */
function listRunning(input: JsonObject, runs: readonly Run[], machine: string, arns: Arns): JsonObject {
  const limit = limitOf(input['maxResults']);
  const token = optionalText(input, 'nextToken');
  const cursor = token === undefined ? undefined : parseCursor(token);
  const sorted = runs
    .map(({ record }) => record)
    .sort((a, b) => b.startedAt - a.startedAt || (a.name < b.name ? 1 : -1))
    .filter(
      (each) =>
        !cursor || each.startedAt < cursor.at || (each.startedAt === cursor.at && each.name < cursor.name),
    );
  const lines = sorted.slice(0, limit);
  const last = lines.at(-1);
  return {
    executions: lines.map((line) => describeListed(line, machine, arns)),
    ...(last &&
      sorted.length > limit && {
        nextToken: Buffer.from(JSON.stringify({ at: last.startedAt, name: last.name })).toString('base64'),
      }),
  };
}

function parseCursor(token: string): { at: number; name: string } {
  try {
    const value = parse(Buffer.from(token, 'base64').toString('utf8'));
    if (isObject(value) && typeof value['at'] === 'number' && typeof value['name'] === 'string')
      return { at: value['at'], name: value['name'] };
  } catch {
    // Said below.
  }
  throw invalidToken(token);
}

function shown(events: HistoryEvent[], input: JsonObject): HistoryEvent[] {
  return input['includeExecutionData'] === false ? events.map(withoutData) : events;
}

function syncAnswer({ record, identity }: Run): JsonObject {
  const stoppedAt = record.stoppedAt ?? record.startedAt;
  return {
    executionArn: identity.executionArn,
    stateMachineArn: identity.stateMachineArn,
    name: record.name,
    startDate: record.startedAt / 1000,
    stopDate: stoppedAt / 1000,
    status: record.status,
    input: record.input,
    inputDetails: { included: true },
    ...(record.output !== undefined && { output: record.output, outputDetails: { included: true } }),
    ...(record.error !== undefined && { error: record.error }),
    ...(record.cause !== undefined && { cause: record.cause }),
    billingDetails: {
      billedMemoryUsedInMB: 64,
      billedDurationInMilliseconds: Math.ceil((stoppedAt - record.startedAt) / 100) * 100,
    },
  };
}
