/** Latencies in milliseconds and what was done in the measured window. */
export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
  readonly errors: number;
}

/**
 * Closed loop: each client sends its next request when the last one was answered. Requests that start during the
 * warm-up are made but not counted.
 */
export async function closedLoop(
  clients: number,
  times: { readonly warmUpMs: number; readonly measureMs: number },
  request: (client: number) => Promise<boolean>,
): Promise<Measured> {
  const begin = performance.now() + times.warmUpMs;
  const end = begin + times.measureMs;
  const latencies: number[] = [];
  let errors = 0;
  const client = async (_: unknown, index: number): Promise<void> => {
    for (;;) {
      const startedAt = performance.now();
      if (startedAt >= end) return;
      const ok = await request(index).catch(() => false);
      if (startedAt < begin) continue;
      if (ok) latencies.push(performance.now() - startedAt);
      else errors += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return {
    perSecond: latencies.length / (times.measureMs / 1000),
    ...percentiles(latencies),
    count: latencies.length,
    errors,
  };
}

export function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
