import { join } from 'node:path';
import type { Artefacts, FunctionSpec } from '../artefacts/model';
import type { AwsResponse, ServiceModule } from '../endpoint/aws';
import type { CloudContext } from '../ports';
import { createDynamoDb } from '../services/dynamodb';
import { createEvents } from '../services/events';
import { createLambda } from '../services/lambda';
import type { LocalPages } from '../services/local';
import { createLogs } from '../services/logs';
import { createMonitoring } from '../services/monitoring';
import { createS3 } from '../services/s3';
import { createSecrets } from '../services/secretsmanager';
import { createSes } from '../services/ses';
import { createSns, type SnsService } from '../services/sns';
import { createSqs } from '../services/sqs';
import { createSsm } from '../services/ssm';
import { createStates } from '../services/states';
import { createSts } from '../services/sts';
import { countedBus, countedQueues, countedStateMachines, countedTopics } from './counted-ports';
import type { Reloadable } from './reload';

export interface ServiceOptions {
  readonly dataDirectory: string;
  readonly logDirectory?: string;
  readonly watch: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Have the functions behind queues and state machines ready before the first event comes. */
  readonly warm?: boolean;
}

export interface Services extends Reloadable {
  /** In the order they are started; they are stopped in the opposite order. */
  readonly all: readonly ServiceModule[];
  readonly pages: readonly LocalPages[];
}

/**
 * Makes every service and fills in the ports. What takes work in (functions, workflows, rules) is started after and
 * stopped before what it works with.
 */
export async function createServices(
  context: CloudContext,
  artefacts: Artefacts,
  options: ServiceOptions,
): Promise<Services> {
  const { resources } = artefacts;
  const { ports } = context;
  const monitoring = await createMonitoring(context);
  const logs = await createLogs(context);
  const ssm = await createSsm(context, options.parameters);
  const secrets = await createSecrets(context, options.secrets);
  const ses = await createSes(context);
  const sts = await createSts(context);
  const dynamodb = await createDynamoDb(context, resources.tables);
  const s3 = await createS3(context, resources.buckets, options.dataDirectory);
  const sqs = await createSqs(context, resources.queues);
  const sns = await createSns(context, resources.topics);
  const events = await createEvents(context, resources.eventBus, artefacts.rules);
  const states = await createStates(context, artefacts.stateMachines);
  const lambda = await createLambda(context, artefacts.functions, {
    directory: join(options.dataDirectory, 'lambda'),
    watch: options.watch,
    ...(options.warm === true ? { warm: eventDriven(artefacts) } : {}),
    ...(options.logDirectory === undefined ? {} : { logDirectory: options.logDirectory }),
  });
  Object.assign(ports, {
    metrics: monitoring,
    logs,
    secrets,
    queues: countedQueues(sqs),
    topics: countedTopics(sns),
    bus: countedBus(events),
    stateMachines: countedStateMachines(states),
    functions: lambda,
  } satisfies Partial<typeof ports>);
  return {
    all: [monitoring, logs, ssm, secrets, ses, sts, dynamodb, s3, sqs, sns, events, states, lambda],
    pages: [
      (request) => ses.mailbox(request),
      async (request) => (request.path === '/_local/sms' ? textMessages(sns) : undefined),
    ],
    states,
    lambda,
    events,
  };
}

/** Functions that a queue or a state machine calls, the forward steps of a workflow in their order. */
function eventDriven({ functions, stateMachines }: Artefacts): string[] {
  const place = ({ name }: FunctionSpec): number =>
    Math.max(-1, ...stateMachines.map(({ definition }) => definition.indexOf(`:function:${name}"`)));
  return functions
    .filter((spec) => spec.eventSources.length > 0 || place(spec) >= 0)
    .sort((a, b) => place(a) - place(b))
    .map(({ name }) => name);
}

function textMessages(sns: SnsService): AwsResponse {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: JSON.stringify({ messages: sns.textMessages() }) };
}
