import { AwsError } from '../../endpoint/aws';

/** The query protocol's codes, which JSON answers repeat in `x-amzn-query-error` for older clients. */
const namespaced = new Set([
  'BatchEntryIdsNotDistinct',
  'BatchRequestTooLong',
  'EmptyBatchRequest',
  'InvalidBatchEntryId',
  'MessageNotInflight',
  'PurgeQueueInProgress',
  'QueueDoesNotExist',
  'TooManyEntriesInBatchRequest',
  'UnsupportedOperation',
]);
const renamed: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
};
const statuses: Readonly<Record<string, number>> = {
  PurgeQueueInProgress: 403,
  OverLimit: 403,
  ReceiptHandleIsInvalid: 404,
  ResourceNotFoundException: 404,
};

export function queryErrorOf(error: AwsError): { code: string; status: number } {
  const name = renamed[error.code] ?? error.code;
  const code = namespaced.has(error.code) ? `AWS.SimpleQueueService.${name}` : name;
  return { code, status: statuses[error.code] ?? error.status };
}

export const queueDoesNotExist = (): AwsError =>
  new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const invalidValue = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message);

export const missing = (name: string): AwsError =>
  new AwsError('MissingRequiredParameterException', `The request must contain the parameter ${name}.`);

export const outOfRange = (value: unknown, name: string, least: number, most: number): AwsError =>
  invalidValue(
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );

export const invalidReceipt = (handle: string): AwsError =>
  new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle.slice(0, 200)}" is not a valid receipt handle.`,
  );

/** Checks a number that a client may leave out. */
export function within(value: unknown, name: string, least: number, most: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw outOfRange(value, name, least, most);
  return value;
}
