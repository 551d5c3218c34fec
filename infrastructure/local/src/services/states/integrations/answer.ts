import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../endpoint/aws';
import { RuntimeError, StateError } from '../asl/errors';
import { type Json, type JsonObject, isObject, textOf } from '../asl/json';

/** What Step Functions adds to the answer of an SDK call. */
export function sdkMetadata(status = 200): JsonObject {
  const id = randomUUID();
  return {
    SdkHttpMetadata: { HttpHeaders: { 'x-amzn-RequestId': id }, HttpStatusCode: status },
    SdkResponseMetadata: { RequestId: id },
  };
}

/** Names an AWS error as Retry and Catch expect it: `Lambda.TooManyRequestsException`. */
export function serviceError(service: string, display: string, error: unknown): StateError {
  if (error instanceof StateError) return error;
  if (error instanceof AwsError) {
    const name =
      error.code.endsWith('Exception') || error.code.endsWith('Error')
        ? error.code
        : `${error.code}Exception`;
    return namedError(service, display, name, error.message, error.status);
  }
  // The call did not come back with an answer: what AWS's own client would report.
  return new StateError(
    `${service}.SdkClientException`,
    error instanceof Error ? error.message : String(error),
  );
}

export function namedError(
  service: string,
  display: string,
  name: string,
  message: string,
  status: number,
): StateError {
  return new StateError(
    `${service}.${name}`,
    `${message} (Service: ${display}, Status Code: ${status}, Request ID: ${randomUUID()})`,
  );
}

/** A string argument that must be there. */
export function requiredText(args: JsonObject, name: string): string {
  const value = args[name];
  if (typeof value !== 'string')
    throw new RuntimeError(`The field '${name}' is required in the arguments and must be a string`);
  return value;
}

/** Bodies may be given as text or as JSON, which is then written as text. */
export function bodyText(value: Json | undefined): string {
  return typeof value === 'string' ? value : textOf(value ?? {});
}

export function attributesOf(
  value: Json | undefined,
): Record<string, { dataType: string; stringValue?: string; binaryValue?: string }> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, attribute]) => {
      const { DataType, StringValue, BinaryValue } = isObject(attribute) ? attribute : {};
      return [
        name,
        {
          dataType: typeof DataType === 'string' ? DataType : 'String',
          ...(StringValue !== undefined && { stringValue: bodyText(StringValue) }),
          ...(BinaryValue !== undefined && { binaryValue: bodyText(BinaryValue) }),
        },
      ];
    }),
  );
}
