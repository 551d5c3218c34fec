import { AwsError } from '../../../endpoint/aws';
import { logGroupOf } from '../variables';
import type { FunctionRecord } from '../model';
import { invalid, optionalInteger, optionalObject, optionalString, optionalStringMap } from './input';

type Input = Readonly<Record<string, unknown>>;

/** FunctionConfiguration. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function configurationOf(record: FunctionRecord): Record<string, unknown> {
  const code = record.code.kind === 'package' ? record.code : { sha256: '', size: 0 };
  return {
    FunctionName: record.name,
    FunctionArn: record.arn,
    Runtime: record.runtime,
    Role: record.role,
    Handler: record.handler,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Description: record.description,
    Timeout: record.timeoutSeconds,
    MemorySize: record.memoryMb,
    LastModified: new Date(record.lastModified).toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    Environment: { Variables: record.environment },
    ...(record.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: record.deadLetterArn } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: record.revisionId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: record.architectures,
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupOf(record.name) },
  };
}

/** The members that CreateFunction and UpdateFunctionConfiguration share; only those that were sent. */
export function settingsOf(input: Input): Partial<FunctionRecord> {
  const variables = optionalObject(input, 'Environment');
  const deadLetter = optionalObject(input, 'DeadLetterConfig');
  return defined({
    description: optionalString(input, 'Description'),
    runtime: runtimeOf(optionalString(input, 'Runtime')),
    role: optionalString(input, 'Role'),
    handler: handlerOf(optionalString(input, 'Handler')),
    timeoutSeconds: optionalInteger(input, 'Timeout', 1, 900),
    memoryMb: optionalInteger(input, 'MemorySize', 128, 10_240),
    environment: variables && environmentOf(variables),
    deadLetterArn: deadLetter && (optionalString(deadLetter, 'TargetArn') ?? ''),
  });
}

function environmentOf(environment: Input): Readonly<Record<string, string>> {
  const variables = optionalStringMap(environment, 'Variables') ?? {};
  const reserved = Object.keys(variables).find((name) =>
    /^(_HANDLER|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$|^AWS_LAMBDA_/.test(name),
  );
  if (reserved !== undefined) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided ` +
        `contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved}`,
    );
  }
  return variables;
}

function runtimeOf(runtime: string | undefined): string | undefined {
  if (runtime === undefined || /^nodejs\d+\.x$/.test(runtime)) return runtime;
  throw invalid(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: the local cloud runs Node.js functions`,
  );
}

function handlerOf(handler: string | undefined): string | undefined {
  if (handler === undefined || /^[^\s.]+\.[^\s]+$/.test(handler)) return handler;
  throw new AwsError(
    'InvalidParameterValueException',
    `Value '${handler}' at 'handler' is not <file>.<export>`,
  );
}

function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
