import type { CloudContext } from '../../ports';
import type { FunctionRecord } from './model';

/**
 * The variables that an environment sees: those of the function and those that Lambda sets, nothing of the host's.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentVariables(
  ctx: CloudContext,
  record: FunctionRecord,
  taskRoot: string,
): Record<string, string> {
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    AWS_REGION: ctx.region,
    AWS_DEFAULT_REGION: ctx.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: ctx.endpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${record.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: record.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(record.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(record.name),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: taskRoot,
    _HANDLER: record.handler,
    ...record.environment,
  };
}

export function logGroupOf(name: string): string {
  return `/aws/lambda/${name}`;
}
