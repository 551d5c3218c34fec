import { list, map, structure, type QueryService } from '../../endpoint/query';
import type { MetricOperations } from './operations';

const dimensions = list(structure({ Name: 'string', Value: 'string' }));
const metric = { Namespace: 'string', MetricName: 'string', Dimensions: dimensions } as const;

const formCodes: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
};

/**
 * The shapes of the form-based protocol, which the AWS CLI of Debian speaks. Numbers that may have a fraction are read
 * as text, see operations.ts.
 */
export function queryService(operations: MetricOperations): QueryService {
  return {
    namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    errorOf: ({ code, status }) => ({ code: formCodes[code] ?? code, status }),
    operations: {
      PutMetricData: {
        input: structure({
          Namespace: 'string',
          MetricData: list(
            structure({
              MetricName: 'string',
              Dimensions: dimensions,
              Timestamp: 'string',
              Value: 'string',
              Values: list('string'),
              Counts: list('string'),
              StatisticValues: structure({
                SampleCount: 'string',
                Sum: 'string',
                Minimum: 'string',
                Maximum: 'string',
              }),
              Unit: 'string',
            }),
          ),
        }),
        run: operations.putMetricData.bind(operations),
      },
      ListMetrics: {
        input: structure({ ...metric, NextToken: 'string' }),
        output: structure({ Metrics: list(structure(metric)), NextToken: 'string' }),
        run: operations.listMetrics.bind(operations),
      },
      GetMetricStatistics: {
        input: structure({
          ...metric,
          StartTime: 'string',
          EndTime: 'string',
          Period: 'integer',
          Statistics: list('string'),
          ExtendedStatistics: list('string'),
          Unit: 'string',
        }),
        output: structure({
          Label: 'string',
          Datapoints: list(
            structure({
              Timestamp: 'timestamp',
              SampleCount: 'string',
              Average: 'string',
              Sum: 'string',
              Minimum: 'string',
              Maximum: 'string',
              Unit: 'string',
              ExtendedStatistics: map('string'),
            }),
          ),
        }),
        run: operations.getMetricStatistics.bind(operations),
      },
      GetMetricData: {
        input: structure({
          StartTime: 'string',
          EndTime: 'string',
          ScanBy: 'string',
          MetricDataQueries: list(
            structure({
              Id: 'string',
              Label: 'string',
              Expression: 'string',
              ReturnData: 'boolean',
              MetricStat: structure({
                Metric: structure(metric),
                Period: 'integer',
                Stat: 'string',
                Unit: 'string',
              }),
            }),
          ),
        }),
        output: structure({
          MetricDataResults: list(
            structure({
              Id: 'string',
              Label: 'string',
              Timestamps: list('timestamp'),
              Values: list('string'),
              StatusCode: 'string',
            }),
          ),
          Messages: list(structure({ Code: 'string', Value: 'string' })),
        }),
        run: operations.getMetricData.bind(operations),
      },
    },
  };
}
