import type { MetricDatum, MetricPort } from '../../ports';

const flushAfterMs = 1000;

interface Counts {
  durations: number[];
  errors: number;
  throttles: number;
  concurrency: number;
}

/** The AWS/Lambda metrics, gathered for a second and then handed over together. */
export class InvocationMetrics {
  private readonly functions = new Map<string, Counts>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly port: () => MetricPort) {}

  invoked(functionName: string, durationMs: number, failed: boolean, concurrency: number): void {
    const counts = this.of(functionName);
    counts.durations.push(durationMs);
    if (failed) counts.errors += 1;
    if (concurrency > counts.concurrency) counts.concurrency = concurrency;
  }

  throttled(functionName: string): void {
    this.of(functionName).throttles += 1;
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const timestamp = Date.now();
    for (const [functionName, counts] of this.functions) {
      const dimensions = { FunctionName: functionName };
      const datum = (name: string, unit: string, values: readonly number[]): MetricDatum => ({
        name,
        dimensions,
        unit,
        values,
        timestamp,
      });
      const data = [datum('Throttles', 'Count', [counts.throttles])];
      if (counts.durations.length > 0) {
        data.push(
          datum(
            'Invocations',
            'Count',
            counts.durations.map(() => 1),
          ),
          datum(
            'Errors',
            'Count',
            counts.durations.map((_duration, index) => (index < counts.errors ? 1 : 0)),
          ),
          datum('Duration', 'Milliseconds', counts.durations),
          datum('ConcurrentExecutions', 'Count', [counts.concurrency]),
        );
      }
      this.port().put('AWS/Lambda', data);
    }
    this.functions.clear();
  }

  private of(functionName: string): Counts {
    let counts = this.functions.get(functionName);
    if (!counts) {
      counts = { durations: [], errors: 0, throttles: 0, concurrency: 0 };
      this.functions.set(functionName, counts);
      this.timer ??= setTimeout(() => this.flush(), flushAfterMs).unref();
    }
    return counts;
  }
}
