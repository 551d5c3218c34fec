import { handleJson, type AwsRequest, type AwsResponse, type ServiceModule } from '../../endpoint/aws';
import type { CloudContext, LogPort } from '../../ports';
import { embeddedMetrics } from '../monitoring/emf';
import { logOperations } from './operations';
import { LogStore } from './store';

const defaultGroupBytes = 32 * 1024 * 1024;
const expireEveryMs = 3_600_000;

export interface LogsOptions {
  /** A group that has no retention policy keeps no more than this: its oldest events go. Default 32 MB. */
  readonly maximumGroupBytes?: number;
}

/**
 * CloudWatch Logs. Lines in the embedded metric format also become metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
export async function createLogs(
  ctx: CloudContext,
  options: LogsOptions = {},
): Promise<ServiceModule & LogPort> {
  const store = await LogStore.open(ctx.store, options.maximumGroupBytes ?? defaultGroupBytes);
  let timer: NodeJS.Timeout | undefined;

  const write: LogPort['write'] = (group, stream, events) => {
    store.append(group, stream, events);
    for (const { message, timestamp } of events) {
      for (const { namespace, data } of embeddedMetrics(message, timestamp))
        ctx.ports.metrics.put(namespace, data);
    }
  };
  const operations = logOperations(store, ctx, write);

  return {
    name: 'logs',
    write,
    handle: (request: AwsRequest): Promise<AwsResponse> =>
      handleJson(request, operations, () => ctx.store.flushed()),
    async start() {
      await store.expire();
      timer = setInterval(() => void store.expire(), expireEveryMs).unref();
    },
    async stop() {
      clearInterval(timer);
      store.flush();
      await ctx.store.flushed();
    },
  };
}
