import { AwsError } from '../../endpoint/aws';

/** Every refusal of a malformed request. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function invalidParameter(message: string): AwsError {
  return invalid(`One or more parameter values were invalid: ${message}`);
}

export function tableNotFound(name?: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    name === undefined
      ? 'Requested resource not found'
      : `Requested resource not found: Table: ${name} not found`,
  );
}

export function conditionFailed(item?: object): AwsError {
  return new AwsError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    400,
    item === undefined ? {} : { Item: item },
  );
}

/** AWS's text for a constraint of the service model, e.g. a missing member. */
export function constraint(value: string | number | undefined, member: string, text: string): AwsError {
  const shown = value === undefined ? 'null' : `'${value}'`;
  return invalid(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: ${text}`,
  );
}
