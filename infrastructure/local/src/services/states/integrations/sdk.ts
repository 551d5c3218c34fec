import { type Json, type JsonObject, isArray, isObject, parse } from '../asl/json';
import { namedError, sdkMetadata, serviceError } from './answer';
import type { Action } from './model';

interface Service {
  /** Prefix of error names. */
  readonly errors: string;
  readonly signingName: string;
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** The service's own members begin with a small letter; states always write capitals. */
  readonly camelCase?: boolean;
}

/** Services of the local cloud that speak AWS JSON, by their name in `aws-sdk:<name>:<operation>`. */
const services: Readonly<Record<string, Service>> = {
  dynamodb: { errors: 'DynamoDb', signingName: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0' },
  sqs: { errors: 'Sqs', signingName: 'sqs', target: 'AmazonSQS', version: '1.0' },
  eventbridge: { errors: 'EventBridge', signingName: 'events', target: 'AWSEvents', version: '1.1' },
  sfn: { errors: 'Sfn', signingName: 'states', target: 'AWSStepFunctions', version: '1.0', camelCase: true },
  secretsmanager: {
    errors: 'SecretsManager',
    signingName: 'secretsmanager',
    target: 'secretsmanager',
    version: '1.1',
  },
  ssm: { errors: 'Ssm', signingName: 'ssm', target: 'AmazonSSM', version: '1.1' },
  cloudwatchlogs: {
    errors: 'CloudWatchLogs',
    signingName: 'logs',
    target: 'Logs_20140328',
    version: '1.1',
    camelCase: true,
  },
  cloudwatch: {
    errors: 'CloudWatch',
    signingName: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    version: '1.0',
  },
};

/**
 * `aws-sdk:<service>:<operation>` through the endpoint, as any client would call it.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function sdkAction(serviceName: string, operation: string, errors?: string): Action | undefined {
  const service = Object.hasOwn(services, serviceName) ? services[serviceName] : undefined;
  if (!service || !/^[a-z]\w+$/.test(operation)) return undefined;
  const name = operation[0]?.toUpperCase() + operation.slice(1);
  const prefix = errors ?? service.errors;
  return async (args, { context }) => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${context.endpointUrl}/`, {
        method: 'POST',
        headers: {
          'content-type': `application/x-amz-json-${service.version}`,
          'x-amz-target': `${service.target}.${name}`,
          authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${context.region}/${service.signingName}/aws4_request, SignedHeaders=host, Signature=0`,
          'x-amz-date': '20260101T000000Z',
        },
        body: JSON.stringify(
          service.camelCase ? renamed(args, (key) => key[0]?.toLowerCase() + key.slice(1)) : args,
        ),
      });
      text = await response.text();
    } catch (error) {
      throw serviceError(prefix, prefix, error);
    }
    const answer = parse(text === '' ? '{}' : text);
    const members: JsonObject = isObject(answer) ? answer : {};
    if (response.ok) {
      const output = service.camelCase
        ? renamed(members, (key) => key[0]?.toUpperCase() + key.slice(1))
        : members;
      return { ...(output as JsonObject), ...(errors === undefined ? {} : sdkMetadata()) };
    }
    const type = textMember(members, '__type').split('#').pop() ?? '';
    const message = textMember(members, 'message') || textMember(members, 'Message');
    throw namedError(
      prefix,
      prefix,
      type.endsWith('Exception') ? type : `${type}Exception`,
      message,
      response.status,
    );
  };
}

function textMember(members: JsonObject, name: string): string {
  const value = members[name];
  return typeof value === 'string' ? value : '';
}

function renamed(value: Json, rename: (key: string) => string): Json {
  if (isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [rename(key), renamed(member, rename)]),
  );
}
