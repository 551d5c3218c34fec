import type { MetricDatum } from '../../ports';

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

export interface EmbeddedMetrics {
  readonly namespace: string;
  readonly data: readonly MetricDatum[];
}

const none: readonly EmbeddedMetrics[] = [];

/**
 * Metrics in a log line, by the embedded metric format. A line that is not of that form has none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(message: string, loggedAt: number): readonly EmbeddedMetrics[] {
  // Nearly every line ends here, so it must cost nothing.
  if (!message.includes('"_aws"')) return none;
  let root: Record<string, unknown>;
  try {
    // console.log puts time, request id and level before it.
    root = JSON.parse(message.slice(message.indexOf('{'))) as Record<string, unknown>;
  } catch {
    return none;
  }
  const metadata = root['_aws'] as { Timestamp?: unknown; CloudWatchMetrics?: unknown } | null;
  if (!Array.isArray(metadata?.CloudWatchMetrics)) return none;
  const timestamp = typeof metadata.Timestamp === 'number' ? metadata.Timestamp : loggedAt;
  return (metadata.CloudWatchMetrics as Directive[]).flatMap((directive) =>
    fromDirective(directive, root, timestamp),
  );
}

function fromDirective(
  directive: Directive,
  root: Readonly<Record<string, unknown>>,
  timestamp: number,
): EmbeddedMetrics[] {
  const { Namespace: namespace, Dimensions: sets, Metrics: definitions } = directive;
  if (typeof namespace !== 'string' || !Array.isArray(sets) || !Array.isArray(definitions)) return [];
  const data: MetricDatum[] = [];
  for (const definition of definitions as { Name?: unknown; Unit?: unknown }[]) {
    const { Name: name, Unit: unit } = definition;
    if (typeof name !== 'string') continue;
    const found = root[name];
    const values = (Array.isArray(found) ? found : [found]).filter(
      (value): value is number => typeof value === 'number',
    );
    if (values.length === 0) continue;
    for (const set of sets.length > 0 ? (sets as unknown[]) : [[]]) {
      data.push({
        name,
        unit: typeof unit === 'string' ? unit : 'None',
        dimensions: dimensionsOf(set, root),
        values,
        timestamp,
      });
    }
  }
  return [{ namespace, data }];
}

function dimensionsOf(set: unknown, root: Readonly<Record<string, unknown>>): Record<string, string> {
  const dimensions: Record<string, string> = {};
  for (const name of Array.isArray(set) ? (set as unknown[]) : []) {
    const value = typeof name === 'string' ? root[name] : undefined;
    if (typeof name === 'string' && typeof value === 'string') dimensions[name] = value;
  }
  return dimensions;
}
