import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../endpoint/aws';
import { defaultAsync, type AsyncSettings, type FunctionRecord } from '../model';
import type { LambdaService } from '../service';
import { withQualifier } from './function-routes';
import {
  invalid,
  optionalInteger,
  optionalObject,
  optionalString,
  optionalStringMap,
  requiredString,
} from './input';
import type { Call, Reply, Route } from './router';

type Input = Readonly<Record<string, unknown>>;

/** Concurrency, asynchronous invocation, resource policy and tags of a function. */
export function settingRoutes(service: LambdaService): readonly Route[] {
  const { functions } = service;
  const find = (call: Call): FunctionRecord => functions.get(withQualifier(call)).record;
  const change = (call: Call, changes: Partial<FunctionRecord>): FunctionRecord =>
    functions.update(find(call).name, changes, false);

  function putConcurrency(call: Call): Reply {
    const reservedConcurrency = optionalInteger(call.input(), 'ReservedConcurrentExecutions', 0, 1000);
    if (reservedConcurrency === undefined) throw invalid('ReservedConcurrentExecutions is required');
    change(call, { reservedConcurrency });
    return { body: { ReservedConcurrentExecutions: reservedConcurrency } };
  }

  function getConcurrency(call: Call): Reply {
    const reserved = find(call).reservedConcurrency;
    return { body: reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved } };
  }

  function putEventInvokeConfig(call: Call, base: AsyncSettings): Reply {
    const async = { ...base, ...asyncSettings(call.input()) };
    return { body: eventInvokeConfig(change(call, { async, asyncConfigured: true })) };
  }

  function configured(call: Call): FunctionRecord {
    const record = find(call);
    if (record.asyncConfigured) return record;
    throw new AwsError(
      'ResourceNotFoundException',
      `The function ${record.arn}:$LATEST doesn't have an EventInvokeConfig`,
      404,
    );
  }

  function deleteEventInvokeConfig(call: Call): Reply {
    configured(call);
    change(call, { async: defaultAsync, asyncConfigured: false });
    return { status: 204 };
  }

  function addPermission(call: Call): Reply {
    const record = find(call);
    const statement = statementOf(call.input(), record);
    if (record.policy.some(({ Sid }) => Sid === statement['Sid'])) {
      throw new AwsError(
        'ResourceConflictException',
        `The statement id (${String(statement['Sid'])}) provided already exists.`,
        409,
      );
    }
    change(call, { policy: [...record.policy, statement] });
    return { status: 201, body: { Statement: JSON.stringify(statement) } };
  }

  function getPolicy(call: Call): Reply {
    const { policy, revisionId } = find(call);
    if (policy.length === 0)
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
    return {
      body: {
        Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: policy }),
        RevisionId: revisionId,
      },
    };
  }

  function removePermission(call: Call): Reply {
    const { policy } = find(call);
    const left = policy.filter(({ Sid }) => Sid !== call.path[1]);
    if (left.length === policy.length) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Statement ${call.path[1] ?? ''} is not found in resource policy.`,
        404,
      );
    }
    change(call, { policy: left });
    return { status: 204 };
  }

  function tag(call: Call): Reply {
    const tags = { ...find(call).tags, ...optionalStringMap(call.input(), 'Tags') };
    change(call, { tags });
    return { status: 204 };
  }

  function untag(call: Call): Reply {
    const removed = new Set(call.request.query.getAll('tagKeys'));
    const tags = Object.fromEntries(Object.entries(find(call).tags).filter(([key]) => !removed.has(key)));
    change(call, { tags });
    return { status: 204 };
  }

  return [
    ['PUT', '/functions/{name}/concurrency', putConcurrency],
    ['GET', '/functions/{name}/concurrency', getConcurrency],
    [
      'DELETE',
      '/functions/{name}/concurrency',
      (call) => (change(call, { reservedConcurrency: undefined }), { status: 204 }),
    ],
    ['PUT', '/functions/{name}/event-invoke-config', (call) => putEventInvokeConfig(call, defaultAsync)],
    [
      'POST',
      '/functions/{name}/event-invoke-config',
      (call) => putEventInvokeConfig(call, configured(call).async),
    ],
    [
      'GET',
      '/functions/{name}/event-invoke-config',
      (call) => ({ body: eventInvokeConfig(configured(call)) }),
    ],
    ['DELETE', '/functions/{name}/event-invoke-config', deleteEventInvokeConfig],
    [
      'GET',
      '/functions/{name}/event-invoke-config/list',
      (call) => ({
        body: {
          FunctionEventInvokeConfigs: [find(call)]
            .filter((record) => record.asyncConfigured)
            .map(eventInvokeConfig),
        },
      }),
    ],
    ['POST', '/functions/{name}/policy', addPermission],
    ['GET', '/functions/{name}/policy', getPolicy],
    ['DELETE', '/functions/{name}/policy/{sid}', removePermission],
    ['GET', '/tags/{arn}', (call) => ({ body: { Tags: find(call).tags } })],
    ['POST', '/tags/{arn}', tag],
    ['DELETE', '/tags/{arn}', untag],
  ];
}

function asyncSettings(input: Input): Partial<AsyncSettings> {
  const attempts = optionalInteger(input, 'MaximumRetryAttempts', 0, 2);
  const age = optionalInteger(input, 'MaximumEventAgeInSeconds', 60, 21_600);
  const destinations = optionalObject(input, 'DestinationConfig');
  const arn = (member: string): string | undefined =>
    optionalString(optionalObject(destinations ?? {}, member) ?? {}, 'Destination');
  return {
    ...(attempts !== undefined && { maximumRetryAttempts: attempts }),
    ...(age !== undefined && { maximumEventAgeSeconds: age }),
    ...(destinations && { onSuccessArn: arn('OnSuccess'), onFailureArn: arn('OnFailure') }),
  };
}

function eventInvokeConfig({ arn, async, lastModified }: FunctionRecord): object {
  const destination = (target: string | undefined): object =>
    target === undefined ? {} : { Destination: target };
  return {
    LastModified: lastModified / 1000,
    FunctionArn: `${arn}:$LATEST`,
    MaximumRetryAttempts: async.maximumRetryAttempts,
    MaximumEventAgeInSeconds: async.maximumEventAgeSeconds,
    DestinationConfig: {
      OnSuccess: destination(async.onSuccessArn),
      OnFailure: destination(async.onFailureArn),
    },
  };
}

/** Kept and given back; the local cloud does not check who calls. */
function statementOf(input: Input, record: FunctionRecord): Record<string, unknown> {
  const principal = requiredString(input, 'Principal');
  const sourceArn = optionalString(input, 'SourceArn');
  return {
    Sid: optionalString(input, 'StatementId') ?? randomUUID(),
    Effect: 'Allow',
    Principal: principal.includes('.') ? { Service: principal } : { AWS: principal },
    Action: requiredString(input, 'Action'),
    Resource: record.arn,
    ...(sourceArn !== undefined && { Condition: { ArnLike: { 'AWS:SourceArn': sourceArn } } }),
  };
}
