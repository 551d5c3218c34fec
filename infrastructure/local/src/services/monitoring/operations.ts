import { AwsError } from '../../endpoint/aws';
import { addSet, addValue, statistic, type Bucket } from './bucket';
import type { MetricStore, Series } from './store';

/** Inputs come as JSON (numbers, times in seconds) or from a form (everything is text), so both are understood. */
type Num = number | string;
type Time = number | string;
type Dimension = { readonly Name?: string; readonly Value?: string };

interface Datum {
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Timestamp?: Time;
  readonly Value?: Num;
  readonly Values?: readonly Num[];
  readonly Counts?: readonly Num[];
  readonly StatisticValues?: {
    readonly SampleCount: Num;
    readonly Sum: Num;
    readonly Minimum: Num;
    readonly Maximum: Num;
  };
  readonly Unit?: string;
}

interface Metric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
}

export interface PutMetricDataInput {
  readonly Namespace?: string;
  readonly MetricData?: readonly Datum[];
}

export interface ListMetricsInput extends Metric {
  readonly NextToken?: string;
}

export interface GetMetricStatisticsInput extends Metric {
  readonly StartTime?: Time;
  readonly EndTime?: Time;
  readonly Period?: Num;
  readonly Statistics?: readonly string[];
  readonly ExtendedStatistics?: readonly string[];
  readonly Unit?: string;
}

export interface GetMetricDataInput {
  readonly StartTime?: Time;
  readonly EndTime?: Time;
  readonly ScanBy?: string;
  readonly MetricDataQueries?: readonly {
    readonly Id?: string;
    readonly Label?: string;
    readonly ReturnData?: boolean;
    readonly Expression?: string;
    readonly MetricStat?: {
      readonly Metric?: Metric;
      readonly Period?: Num;
      readonly Stat?: string;
      readonly Unit?: string;
    };
  }[];
}

const pageSize = 500;

/** CloudWatch metrics. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html */
export class MetricOperations {
  constructor(private readonly store: MetricStore) {}

  putMetricData(input: PutMetricDataInput): void {
    const namespace = required(input.Namespace, 'Namespace');
    for (const datum of input.MetricData ?? []) {
      const name = required(datum.MetricName, 'MetricData.MetricName');
      const timestamp = datum.Timestamp === undefined ? Date.now() : time(datum.Timestamp, 'Timestamp');
      addDatum(
        this.store.bucket(namespace, name, dimensionsOf(datum.Dimensions), datum.Unit ?? 'None', timestamp),
        datum,
      );
    }
  }

  listMetrics(input: ListMetricsInput): object {
    const found = new Map<string, object>();
    for (const series of this.store.all()) {
      if (input.Namespace !== undefined && series.namespace !== input.Namespace) continue;
      if (input.MetricName !== undefined && series.name !== input.MetricName) continue;
      if (!(input.Dimensions ?? []).every((wanted) => hasDimension(series, wanted))) continue;
      const Dimensions = Object.entries(series.dimensions).map(([Name, Value]) => ({ Name, Value }));
      const metric = { Namespace: series.namespace, MetricName: series.name, Dimensions };
      found.set(JSON.stringify(metric), metric);
    }
    const all = [...found.values()];
    const start = number(input.NextToken ?? '0', 'NextToken');
    return {
      Metrics: all.slice(start, start + pageSize),
      ...(start + pageSize < all.length && { NextToken: String(start + pageSize) }),
    };
  }

  async getMetricStatistics(input: GetMetricStatisticsInput): Promise<object> {
    const statistics = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])];
    if (statistics.length === 0) throw missing('Must specify either Statistics or ExtendedStatistics');
    const series = this.seriesOf(input, input.Unit);
    const periods = await this.store.read(
      series,
      time(input.StartTime, 'StartTime'),
      time(input.EndTime, 'EndTime'),
      period(input.Period),
    );
    const Datapoints = [...periods].map(([at, bucket]) => ({
      Timestamp: new Date(at),
      Unit: series[0]?.unit ?? 'None',
      ...members(bucket, input.Statistics ?? []),
      ...(input.ExtendedStatistics && { ExtendedStatistics: members(bucket, input.ExtendedStatistics) }),
    }));
    return { Label: input.MetricName, Datapoints };
  }

  async getMetricData(input: GetMetricDataInput): Promise<object> {
    const from = time(input.StartTime, 'StartTime');
    const to = time(input.EndTime, 'EndTime');
    const results: object[] = [];
    for (const query of input.MetricDataQueries ?? []) {
      if (query.Expression !== undefined || !query.MetricStat)
        throw invalid('Only queries with MetricStat are supported here');
      if (query.ReturnData === false) continue;
      const { Metric: metric, Stat: stat, Unit: unit } = query.MetricStat;
      const periods = await this.store.read(
        this.seriesOf(metric ?? {}, unit),
        from,
        to,
        period(query.MetricStat.Period),
      );
      const points = [...periods];
      if (input.ScanBy !== 'TimestampAscending') points.reverse();
      results.push({
        Id: required(query.Id, 'MetricDataQueries.Id'),
        Label: query.Label ?? metric?.MetricName,
        Timestamps: points.map(([at]) => new Date(at)),
        Values: points.map(([, bucket]) => valueOf(bucket, required(stat, 'MetricStat.Stat'))),
        StatusCode: 'Complete',
      });
    }
    return { MetricDataResults: results, Messages: [] };
  }

  private seriesOf(metric: Metric, unit: string | undefined): Series[] {
    const series = this.store.find(
      required(metric.Namespace, 'Namespace'),
      required(metric.MetricName, 'MetricName'),
      dimensionsOf(metric.Dimensions),
    );
    return unit === undefined ? series : series.filter((each) => each.unit === unit);
  }
}

function addDatum(bucket: Bucket, datum: Datum): void {
  if (datum.StatisticValues) {
    const { SampleCount, Sum, Minimum, Maximum } = datum.StatisticValues;
    const set = {
      count: number(SampleCount, 'SampleCount'),
      sum: number(Sum, 'Sum'),
      min: number(Minimum, 'Minimum'),
      max: number(Maximum, 'Maximum'),
    };
    if (set.count <= 0)
      throw invalid('The value for parameter StatisticValues.SampleCount must be greater than 0.');
    addSet(bucket, set);
  } else if (datum.Values) {
    datum.Values.forEach((value, index) =>
      addValue(bucket, number(value, 'Values'), number(datum.Counts?.[index] ?? 1, 'Counts')),
    );
  } else {
    addValue(bucket, number(datum.Value, 'Value'));
  }
}

function hasDimension(series: Series, wanted: Dimension): boolean {
  const value = series.dimensions[wanted.Name ?? ''];
  return value !== undefined && (wanted.Value === undefined || wanted.Value === value);
}

function dimensionsOf(dimensions: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(
    dimensions.map(({ Name, Value }) => [
      required(Name, 'Dimensions.Name'),
      required(Value, 'Dimensions.Value'),
    ]),
  );
}

function members(bucket: Bucket, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, valueOf(bucket, name)]));
}

function valueOf(bucket: Bucket, name: string): number {
  const value = statistic(bucket, name);
  if (value === undefined) throw invalid(`The value ${name} for parameter Statistic is not supported.`);
  return value;
}

function period(value: Num | undefined): number {
  const seconds = number(value, 'Period');
  // Values are kept by the minute; a shorter period gets those.
  if (seconds === 1 || seconds === 5 || seconds === 10 || seconds === 30) return 60;
  if (seconds >= 60 && seconds % 60 === 0) return seconds;
  throw invalid('The value for parameter Period must be 1, 5, 10, 30 or a multiple of 60.');
}

function number(value: Num | undefined, name: string): number {
  const converted = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof converted === 'number' && Number.isFinite(converted)) return converted;
  throw value === undefined
    ? missing(`The parameter ${name} is required.`)
    : invalid(`The value for parameter ${name} is not a number.`);
}

/** ms. JSON has seconds since the epoch, forms have ISO 8601. */
function time(value: Time | undefined, name: string): number {
  if (value === undefined) throw missing(`The parameter ${name} is required.`);
  const parsed = typeof value === 'number' ? value * 1000 : Date.parse(value);
  if (Number.isNaN(parsed)) throw invalid(`The value for parameter ${name} is not a time.`);
  return parsed;
}

function required(value: string | undefined, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw missing(`The parameter ${name} is required.`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

function missing(message: string): AwsError {
  return new AwsError('MissingRequiredParameterException', message);
}
