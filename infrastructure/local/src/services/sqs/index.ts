import {
  handleJson,
  type AwsRequest,
  type AwsResponse,
  type Operations,
  type ServiceModule,
} from '../../endpoint/aws';
import { AwsError } from '../../endpoint/aws';
import { handleQuery, isQueryRequest, type QueryOperation } from '../../endpoint/query';
import type { QueueSpec } from '../../artefacts/model';
import type { CloudContext, QueuePort } from '../../ports';
import { queryErrorOf } from './errors';
import { toReceived } from './message';
import { messageOperations } from './message-operations';
import { MoveTasks } from './move-tasks';
import { queryShapes } from './query-shapes';
import { queueOperations } from './queue-operations';
import { QueueRegistry } from './registry';
import { Sender } from './send';

/** What changes nothing, or nothing whose loss would matter: a receive that is forgotten is only received again. */
const readOnly = new Set([
  'ReceiveMessage',
  'GetQueueUrl',
  'ListQueues',
  'GetQueueAttributes',
  'ListQueueTags',
  'ListMessageMoveTasks',
]);

/**
 * Amazon SQS in both its protocols, with the queues of resources.json created or updated.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
export async function createSqs(
  context: CloudContext,
  specs: readonly QueueSpec[],
): Promise<ServiceModule & QueuePort> {
  const { store, accountId } = context;
  const registry = await QueueRegistry.load(context);
  registry.apply(specs);
  const sender = new Sender(() => registry.nextSequence(), await store.collection('sqs.deduplication'));
  const moves = new MoveTasks(registry, await store.collection('sqs.moves'), (target, { record }) => {
    const { body, attributes, groupId, deduplicationId, traceHeader } = record;
    sender.send(target, { body, attributes, groupId, deduplicationId, traceHeader });
  });
  const operations: Operations = {
    ...queueOperations(registry, moves),
    ...messageOperations(registry, sender, accountId),
  };
  const queryOperations: Record<string, QueryOperation> = {};
  for (const [name, shapes] of Object.entries(queryShapes)) {
    const run = operations[name];
    if (run) queryOperations[name] = { ...shapes, run };
  }
  const query = {
    namespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
    operations: queryOperations,
    errorOf: queryErrorOf,
  };
  const flushed = (operation: string): Promise<void> =>
    readOnly.has(operation) ? Promise.resolve() : store.flushed();

  return {
    name: 'sqs',

    handle(request) {
      if (isQueryRequest(request)) return handleQuery(request, query, flushed);
      const operation = String(request.headers['x-amz-target']).split('.').pop() ?? '';
      return answerJson(request, operations, () => flushed(operation));
    },

    async start() {
      moves.resume();
    },

    async stop() {
      await moves.stop();
      registry.close();
    },

    async send(queueArn, message) {
      const { id } = sender.send(registry.byArn(queueArn), message);
      return { messageId: id };
    },

    async receive(queueArn, { max, waitMs, visibilityTimeoutSeconds, signal }) {
      const visibilityMs =
        visibilityTimeoutSeconds === undefined ? undefined : visibilityTimeoutSeconds * 1000;
      const queue = registry.byArn(queueArn);
      const messages = await queue.receive({ max, waitMs, visibilityMs, signal, inProcess: true });
      return messages.map((message) => toReceived(message, accountId));
    },

    async delete(queueArn, receiptHandles) {
      const queue = registry.byArn(queueArn);
      for (const handle of receiptHandles) queue.delete(handle);
    },

    async changeVisibility(queueArn, receiptHandle, seconds) {
      registry.byArn(queueArn).changeVisibility(receiptHandle, seconds);
    },

    depth: (queueArn) => registry.byArn(queueArn).depths().visible,
  };
}

/** SDKs that learned SQS through the query protocol still look for its error codes. */
async function answerJson(
  request: AwsRequest,
  operations: Operations,
  flushed: () => Promise<void>,
): Promise<AwsResponse> {
  const response = await handleJson(request, operations, flushed);
  const code = response.headers?.['x-amzn-errortype'];
  if (code === undefined) return response;
  const legacy = queryErrorOf(new AwsError(code, '', response.status)).code;
  const fault = response.status < 500 ? 'Sender' : 'Receiver';
  return { ...response, headers: { ...response.headers, 'x-amzn-query-error': `${legacy};${fault}` } };
}
