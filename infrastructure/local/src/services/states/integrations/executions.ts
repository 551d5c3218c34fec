import { StateError } from '../asl/errors';
import { type Json, type JsonObject, isObject, parse } from '../asl/json';
import { bodyText, requiredText, sdkMetadata, serviceError } from './answer';
import type { Action, TaskCall } from './model';

/** `states:startExecution`. Without a Name the attempt's own id is used, so that a re-run starts nothing twice. */
export const startExecution: Action = async (args, { executions, attemptId }) => {
  const name = args['Name'];
  try {
    const started = await executions.start({
      stateMachineArn: requiredText(args, 'StateMachineArn'),
      name: typeof name === 'string' ? name : attemptId,
      input: bodyText(args['Input']),
    });
    return { ExecutionArn: started.executionArn, StartDate: started.startDate.getTime(), ...sdkMetadata() };
  } catch (error) {
    throw serviceError('StepFunctions', 'AWSStepFunctions', error);
  }
};

/** `.sync` answers with the child's Output as text, `.sync:2` as JSON. A child that does not succeed fails the task. */
export function childEnded(jsonOutput: boolean): (submitted: Json, call: TaskCall) => Promise<Json> {
  return async (submitted, { executions }) => {
    const arn = isObject(submitted) ? submitted['ExecutionArn'] : undefined;
    const ended = capitalised(await executions.ended(typeof arn === 'string' ? arn : ''));
    if (ended['Status'] !== 'SUCCEEDED') throw new StateError('States.TaskFailed', JSON.stringify(ended));
    const { Output, Input } = ended;
    if (!jsonOutput) return ended;
    return {
      ...ended,
      ...(typeof Output === 'string' && { Output: parse(Output) }),
      ...(typeof Input === 'string' && { Input: parse(Input) }),
    };
  };
}

function capitalised(members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name[0]?.toUpperCase() + name.slice(1), value]),
  );
}
