import type { FunctionPort, Invocation } from '../../../ports';
import { StateError } from '../asl/errors';
import { type Json, type JsonObject, isObject, parse, textOf } from '../asl/json';
import { requiredText, sdkMetadata, serviceError } from './answer';
import type { Action } from './model';

/** A Lambda ARN as Resource: the input is the payload, the payload the result. */
export async function invokeDirectly(functions: FunctionPort, arn: string, input: Json): Promise<Json> {
  return payloadOf(await call(() => functions.invoke(arn, textOf(input))));
}

/** `arn:aws:states:::lambda:invoke` https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
export const invoke: Action = async (args, { context }) => {
  const { functions } = context.ports;
  const qualifier = typeof args['Qualifier'] === 'string' ? `:${args['Qualifier']}` : '';
  const name = `${requiredText(args, 'FunctionName')}${qualifier}`;
  const payload = args['Payload'] === undefined ? '{}' : textOf(args['Payload']);
  if (args['InvocationType'] === 'Event') {
    await call(() => functions.invokeAsync(name, payload));
    return { Payload: null, ...sdkMetadata(202), StatusCode: 202 };
  }
  const invocation = await call(() => functions.invoke(name, payload));
  const answer: JsonObject = {
    ExecutedVersion: invocation.executedVersion,
    Payload: payloadOf(invocation),
    ...sdkMetadata(invocation.statusCode),
    StatusCode: invocation.statusCode,
  };
  return args['LogType'] === 'Tail' && invocation.logTail !== undefined
    ? { ...answer, LogResult: invocation.logTail }
    : answer;
};

async function call<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw serviceError('Lambda', 'AWSLambda', error);
  }
}

/** A function's own error keeps the name it was thrown with: `errorType` of the payload, which is also the cause. */
function payloadOf(invocation: Invocation): Json {
  const { payload } = invocation;
  let value: Json;
  try {
    value = payload === '' ? null : parse(payload);
  } catch {
    throw new StateError('Lambda.Unknown', `The function did not return JSON: ${payload.slice(0, 1000)}`);
  }
  if (invocation.functionError === undefined) return value;
  const name =
    isObject(value) && typeof value['errorType'] === 'string' && value['errorType'] !== ''
      ? value['errorType']
      : 'Lambda.Unknown';
  throw new StateError(name, payload);
}
