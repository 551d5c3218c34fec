import { childEnded, startExecution } from './executions';
import { invoke } from './lambda';
import { publish, putEvents, sendMessage } from './messaging';
import type { Action, Pattern, ResolveResource } from './model';
import { sdkAction } from './sdk';

interface Integration {
  readonly run: Action;
  readonly patterns: readonly Pattern[];
}

const tables = ['getItem', 'putItem', 'updateItem', 'deleteItem'];

/** The optimised integrations, by `<service>:<operation>`. */
const integrations = new Map<string, Integration>([
  ['lambda:invoke', { run: invoke, patterns: ['request', 'token'] }],
  ['sqs:sendMessage', { run: sendMessage, patterns: ['request', 'token'] }],
  ['sns:publish', { run: publish, patterns: ['request', 'token'] }],
  ['events:putEvents', { run: putEvents, patterns: ['request', 'token'] }],
  ['states:startExecution', { run: startExecution, patterns: ['request', 'token', 'sync'] }],
  ...tables.flatMap((operation): [string, Integration][] => {
    const run = sdkAction('dynamodb', operation, 'DynamoDB');
    return run ? [[`dynamodb:${operation}`, { run, patterns: ['request'] }]] : [];
  }),
]);

/**
 * Finds what a Task's `Resource` means: a Lambda function's ARN, `arn:aws:states:::<service>:<operation>` with
 * `.waitForTaskToken`, `.sync` or `.sync:2`, or `arn:aws:states:::aws-sdk:<service>:<operation>`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-service-integrations.html
 */
export const resolveResource: ResolveResource = (arn) => {
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(arn))
    return { kind: 'lambda', arn };
  const [, type, resource] =
    /^arn:aws[\w-]*:states:[\w-]*:\d*:((?:aws-sdk:)?[\w-]+):([\w:.]+)$/.exec(arn) ?? [];
  if (type === undefined || resource === undefined) return undefined;
  const [, operation = '', suffix = ''] = /^(\w+)(\.waitForTaskToken|\.sync|\.sync:2)?$/.exec(resource) ?? [];
  const pattern: Pattern =
    suffix === '.waitForTaskToken' ? 'token' : suffix.startsWith('.sync') ? 'sync' : 'request';
  const found = type.startsWith('aws-sdk:')
    ? sdkIntegration(type.slice('aws-sdk:'.length), operation)
    : integrations.get(`${type}:${operation}`);
  if (!found?.patterns.includes(pattern)) return undefined;
  return {
    kind: 'service',
    arn,
    resourceType: type,
    resource,
    pattern,
    run: found.run,
    ...(pattern === 'sync' && { completion: childEnded(suffix === '.sync:2') }),
  };
};

function sdkIntegration(service: string, operation: string): Integration | undefined {
  const run = sdkAction(service, operation);
  return run && { run, patterns: ['request', 'token'] };
}
