import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  handleJson,
  type AwsRequest,
  type AwsResponse,
  type Operations,
  type ServiceModule,
} from '../../endpoint/aws';
import { handleQuery, isQueryRequest } from '../../endpoint/query';
import type { CloudContext, MetricPort } from '../../ports';
import { addValue } from './bucket';
import { MetricOperations } from './operations';
import { queryService } from './query-service';
import { MetricStore } from './store';

const expireEveryMs = 6 * 3_600_000;
const unzip = promisify(gunzip);

/**
 * CloudWatch metrics: what functions put, what they print in the embedded metric format, and AWS/Lambda.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
 */
export async function createMonitoring(ctx: CloudContext): Promise<ServiceModule & MetricPort> {
  const store = await MetricStore.open(ctx.store);
  const operations = new MetricOperations(store);
  const forms = queryService(operations);
  const json = jsonOperations(operations);
  let timer: NodeJS.Timeout | undefined;

  // Metrics may be lost with the last two seconds of a process that is killed; a request that puts them may not.
  const flushed = async (): Promise<void> => {
    store.flush();
    await ctx.store.flushed();
  };

  return {
    name: 'monitoring',
    put(namespace, data) {
      for (const { name, dimensions, unit, values, timestamp } of data) {
        const bucket = store.bucket(namespace, name, dimensions, unit, timestamp);
        for (const value of values) addValue(bucket, value);
      }
    },
    async handle(request: AwsRequest): Promise<AwsResponse> {
      const readable = await decompressed(request);
      return isQueryRequest(readable)
        ? handleQuery(readable, forms, flushed)
        : handleJson(readable, json, flushed);
    },
    async start() {
      await store.expire();
      timer = setInterval(() => void store.expire(), expireEveryMs).unref();
    },
    async stop() {
      clearInterval(timer);
      await flushed();
    },
  };
}

/** SDKs compress a PutMetricData of more than 10 KB. */
async function decompressed(request: AwsRequest): Promise<AwsRequest> {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  return { ...request, body: await unzip(request.body) };
}

function jsonOperations(operations: MetricOperations): Operations {
  return {
    PutMetricData: operations.putMetricData.bind(operations),
    ListMetrics: operations.listMetrics.bind(operations),
    GetMetricStatistics: async (input: never) => inSeconds(await operations.getMetricStatistics(input)),
    GetMetricData: async (input: never) => inSeconds(await operations.getMetricData(input)),
  };
}

/** JSON 1.0 has times as seconds since the epoch. */
function inSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(inSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inSeconds(member)]));
}
