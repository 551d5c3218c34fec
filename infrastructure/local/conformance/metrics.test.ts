import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { computeEndpoint, type EndpointUnderTest } from './support/compute-services';
import { eventually, invoke, TestFunctions, unique } from './support/functions';

let endpoint: EndpointUnderTest;
let metrics: CloudWatchClient;

beforeAll(async () => {
  endpoint = await computeEndpoint();
  metrics = new CloudWatchClient(endpoint.client);
});

afterAll(async () => {
  metrics.destroy();
  await endpoint.close();
});

const from = new Date(Math.floor(Date.now() / 3_600_000 - 1) * 3_600_000);
const to = new Date(Date.now() + 120_000);
/** Real CloudWatch takes a while to show what was put. */
const patience = 120_000;

it('gives statistics of what was put', async () => {
  const Namespace = unique('metrics');
  const at = new Date(from.getTime() + 30_000);
  const Dimensions = [{ Name: 'service', Value: 'core-api' }];
  await metrics.send(
    new PutMetricDataCommand({
      Namespace,
      MetricData: [
        {
          MetricName: 'Latency',
          Dimensions,
          Unit: 'Milliseconds',
          Timestamp: at,
          Values: [1, 2, 3, 4],
          Counts: [1, 1, 1, 97],
        },
        {
          MetricName: 'Latency',
          Dimensions,
          Unit: 'Milliseconds',
          Timestamp: new Date(at.getTime() + 60_000),
          Value: 10,
        },
        {
          MetricName: 'Latency',
          Dimensions: [{ Name: 'service', Value: 'other' }],
          Timestamp: at,
          StatisticValues: { SampleCount: 2, Sum: 7, Minimum: 3, Maximum: 4 },
        },
      ],
    }),
  );
  const query = { Namespace, MetricName: 'Latency', StartTime: from, EndTime: to };
  const datapoints = await eventually(async () => {
    const answer = await metrics.send(
      new GetMetricStatisticsCommand({
        ...query,
        Dimensions,
        Period: 60,
        Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
      }),
    );
    return answer.Datapoints?.length === 2 ? answer.Datapoints : undefined;
  }, patience);
  datapoints.sort((a, b) => Number(a.Timestamp) - Number(b.Timestamp));
  expect(datapoints[0]).toMatchObject({
    Timestamp: from,
    Unit: 'Milliseconds',
    Sum: 394,
    Average: 3.94,
    Minimum: 1,
    Maximum: 4,
    SampleCount: 100,
  });
  expect(datapoints[1]).toMatchObject({
    Timestamp: new Date(from.getTime() + 60_000),
    Sum: 10,
    SampleCount: 1,
  });

  const hour = await metrics.send(
    new GetMetricStatisticsCommand({
      ...query,
      Dimensions,
      Period: 3600,
      ExtendedStatistics: ['p1', 'p50', 'p99.9'],
    }),
  );
  const percentiles = hour.Datapoints?.[0]?.ExtendedStatistics;
  expect(percentiles?.['p50']).toBeCloseTo(4, 0);
  expect(percentiles?.['p99.9']).toBeGreaterThan(9);

  const other = await metrics.send(
    new GetMetricStatisticsCommand({
      ...query,
      Dimensions: [{ Name: 'service', Value: 'other' }],
      Period: 60,
      Statistics: ['Sum', 'Maximum'],
    }),
  );
  expect(other.Datapoints).toMatchObject([{ Sum: 7, Maximum: 4 }]);
}, 200_000);

it('lists metrics by namespace, name and dimension', async () => {
  const Namespace = unique('metrics');
  const datum = (MetricName: string, Value: string) => ({
    MetricName,
    Dimensions: [{ Name: 'table', Value }],
    Value: 1,
  });
  await metrics.send(
    new PutMetricDataCommand({
      Namespace,
      MetricData: [datum('Reads', 'orders'), datum('Reads', 'users'), datum('Writes', 'users')],
    }),
  );
  const listed = await eventually(async () => {
    const { Metrics } = await metrics.send(new ListMetricsCommand({ Namespace }));
    return Metrics?.length === 3 ? Metrics : undefined;
  }, patience);
  expect(listed.map(({ MetricName }) => MetricName).sort()).toEqual(['Reads', 'Reads', 'Writes']);
  const users = await metrics.send(
    new ListMetricsCommand({
      Namespace,
      MetricName: 'Reads',
      Dimensions: [{ Name: 'table', Value: 'users' }],
    }),
  );
  expect(users.Metrics).toEqual([
    { Namespace, MetricName: 'Reads', Dimensions: [{ Name: 'table', Value: 'users' }] },
  ]);
}, 200_000);

it('takes metrics from lines in the embedded format, and counts invocations', async () => {
  const namespace = unique('embedded');
  const lambda = new LambdaClient(endpoint.client);
  const functions = new TestFunctions(lambda);
  const { name } = await functions.create(
    `export const handler = async ({ fail }) => {
      process.stdout.write(JSON.stringify({ service: 'saga', Orders: 2, Amounts: [100, 300], _aws: { Timestamp: Date.now(),
        CloudWatchMetrics: [{ Namespace: '${namespace}', Dimensions: [['service']], Metrics: [{ Name: 'Orders', Unit: 'Count' }, { Name: 'Amounts' }] }] } }) + '\\n');
      if (fail) throw new Error('failed');
    }`,
  );
  await invoke(lambda, name);
  await invoke(lambda, name, { fail: true });
  const query = (
    Id: string,
    Namespace: string,
    MetricName: string,
    dimension: readonly [string, string],
    Stat: string,
  ) => ({
    Id,
    MetricStat: {
      Metric: { Namespace, MetricName, Dimensions: [{ Name: dimension[0], Value: dimension[1] }] },
      Period: 3600,
      Stat,
    },
  });
  const totals = await eventually(async () => {
    const { MetricDataResults } = await metrics.send(
      new GetMetricDataCommand({
        StartTime: from,
        EndTime: to,
        MetricDataQueries: [
          query('orders', namespace, 'Orders', ['service', 'saga'], 'Sum'),
          query('amounts', namespace, 'Amounts', ['service', 'saga'], 'Maximum'),
          query('invocations', 'AWS/Lambda', 'Invocations', ['FunctionName', name], 'Sum'),
          query('errors', 'AWS/Lambda', 'Errors', ['FunctionName', name], 'Sum'),
          query('samples', 'AWS/Lambda', 'Duration', ['FunctionName', name], 'SampleCount'),
        ],
      }),
    );
    const sums: Record<string, number> = Object.fromEntries(
      (MetricDataResults ?? []).map(({ Id, Values }) => [
        Id ?? '',
        (Values ?? []).reduce((sum, value) => sum + value, 0),
      ]),
    );
    return sums['orders'] === 4 && sums['invocations'] === 2 ? sums : undefined;
  }, patience);
  expect(totals).toEqual({ orders: 4, amounts: 300, invocations: 2, errors: 1, samples: 2 });
  await functions.deleteAll();
  lambda.destroy();
}, 200_000);

it('refuses unknown statistics and periods', async () => {
  const query = { Namespace: 'a', MetricName: 'b', StartTime: from, EndTime: to };
  await expect(
    metrics.send(new GetMetricStatisticsCommand({ ...query, Period: 61, Statistics: ['Sum'] })),
  ).rejects.toThrow(/Period/);
  await expect(metrics.send(new GetMetricStatisticsCommand({ ...query, Period: 60 }))).rejects.toThrow(
    /Statistics/,
  );
});
