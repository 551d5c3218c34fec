/**
 * One minute of one metric. Percentiles come from a histogram whose bins grow by 2 %, so that they are off by 1 % at
 * most, however many values there were.
 */
export interface Bucket {
  sum: number;
  count: number;
  min: number;
  max: number;
  /** Bin -> number of values. */
  bins: Record<string, number>;
}

const growth = Math.log(1.02);
/** Values that are not above zero. */
const zeroBin = 'z';

export function emptyBucket(): Bucket {
  return { sum: 0, count: 0, min: Infinity, max: -Infinity, bins: {} };
}

export function addValue(bucket: Bucket, value: number, count = 1): void {
  bucket.sum += value * count;
  bucket.count += count;
  if (value < bucket.min) bucket.min = value;
  if (value > bucket.max) bucket.max = value;
  const bin = value > 0 ? String(Math.round(Math.log(value) / growth)) : zeroBin;
  bucket.bins[bin] = (bucket.bins[bin] ?? 0) + count;
}

/** A statistic set: its values are taken to be all the average where percentiles are asked for. */
export function addSet(bucket: Bucket, set: { sum: number; count: number; min: number; max: number }): void {
  const parts = emptyBucket();
  addValue(parts, set.sum / set.count, set.count);
  merge(bucket, { ...set, bins: parts.bins });
}

export function merge(target: Bucket, source: Bucket): void {
  target.sum += source.sum;
  target.count += source.count;
  target.min = Math.min(target.min, source.min);
  target.max = Math.max(target.max, source.max);
  for (const [bin, count] of Object.entries(source.bins)) target.bins[bin] = (target.bins[bin] ?? 0) + count;
}

/** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99.9`; undefined for anything else. */
export function statistic(bucket: Bucket, name: string): number | undefined {
  switch (name) {
    case 'Sum':
      return bucket.sum;
    case 'SampleCount':
      return bucket.count;
    case 'Average':
      return bucket.sum / bucket.count;
    case 'Minimum':
      return bucket.min;
    case 'Maximum':
      return bucket.max;
    default: {
      const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1];
      return percent === undefined ? undefined : percentile(bucket, Number(percent));
    }
  }
}

function percentile(bucket: Bucket, percent: number): number {
  const bins = Object.entries(bucket.bins)
    .map(([bin, count]) => ({
      value: bin === zeroBin ? Math.min(0, bucket.min) : Math.exp(Number(bin) * growth),
      count,
    }))
    .sort((a, b) => a.value - b.value);
  const rank = (percent / 100) * bucket.count;
  let seen = 0;
  for (const { value, count } of bins) {
    seen += count;
    if (seen >= rank) return Math.min(bucket.max, Math.max(bucket.min, value));
  }
  return bucket.max;
}
