import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Service name, namespace and level come from the POWERTOOLS_* variables of the SAM template. */
export const logger = new Logger();
const metrics = new Metrics();
let coldStart = true;

/** Adds a count to the metrics of this invocation; {@link observed} publishes them as one EMF line. */
export function count(name: string, value = 1): void {
  metrics.addMetric(name, MetricUnit.Count, value);
}

/** Adds a duration in milliseconds. */
export function duration(name: string, milliseconds: number): void {
  metrics.addMetric(name, MetricUnit.Milliseconds, milliseconds);
}

/**
 * Runs one invocation with the correlation id on every log line, and publishes its metrics whatever happens.
 * An error is logged by Lambda itself when the handler rejects; it is not logged here a second time.
 */
export async function observed<T>(correlationId: string | undefined, run: () => Promise<T>): Promise<T> {
  logger.resetKeys();
  if (correlationId !== undefined) logger.setCorrelationId(correlationId);
  if (coldStart) {
    coldStart = false;
    count('ColdStart');
  }
  try {
    return await run();
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}
