import type { Collection, Log, Store } from '../../store/store';
import { emptyBucket, merge, type Bucket } from './bucket';

export interface Series {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly lastSeen: number;
}

const minuteMs = 60_000;
const retentionMs = 15 * 86_400_000;
const flushAfterMs = 2000;
const maximumSeries = 5000;
/** `lastSeen` on disk may be this much behind. */
const seenResolutionMs = 3_600_000;

interface Open {
  readonly key: string;
  readonly minute: number;
  readonly bucket: Bucket;
  dirty: boolean;
}

/** Metrics by the minute, 15 days of them. A minute is written several times while it grows; it is one record. */
export class MetricStore {
  private readonly byKey = new Map<string, Series>();
  private readonly open = new Map<string, Open>();
  private readonly run = Date.now().toString(36);
  private sequence = 0;
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly points: Log,
    private readonly series: Collection<Series>,
  ) {
    for (const each of series.values())
      this.byKey.set(keyOf(each.namespace, each.name, each.dimensions, each.unit), each);
  }

  static async open(store: Store): Promise<MetricStore> {
    return new MetricStore(
      store.log('monitoring.points'),
      await store.collection<Series>('monitoring.series'),
    );
  }

  /** The minute that a value belongs to, to be added to. */
  bucket(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    unit: string,
    timestamp: number,
  ): Bucket {
    const series = this.seriesOf(namespace, name, dimensions, unit);
    const minute = Math.floor(timestamp / minuteMs);
    const place = `${series.id}!${String(minute).padStart(9, '0')}`;
    let open = this.open.get(place);
    if (!open) {
      // Another record than that of an earlier run (or of this run, before the minute was closed).
      open = { key: `${place}!${this.run}-${this.sequence++}`, minute, bucket: emptyBucket(), dirty: true };
      this.open.set(place, open);
    }
    open.dirty = true;
    this.timer ??= setTimeout(() => this.flush(), flushAfterMs).unref();
    return open.bucket;
  }

  /** Series that a metric's name and dimensions stand for: one for each unit. */
  find(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): Series[] {
    const wanted = keyOf(namespace, name, dimensions, '');
    return [...this.series.values()].filter(
      (each) => keyOf(each.namespace, each.name, each.dimensions, '') === wanted,
    );
  }

  all(): Series[] {
    return [...this.series.values()];
  }

  /** Periods that have values, by their beginning (ms). `periodSeconds`: a multiple of 60. */
  async read(
    series: readonly Series[],
    from: number,
    to: number,
    periodSeconds: number,
  ): Promise<Map<number, Bucket>> {
    this.flush();
    const period = periodSeconds * 1000;
    const begin = Math.floor(from / period) * period;
    const periods = new Map<number, Bucket>();
    for (const { id } of series) {
      const bounds = [begin, to].map(
        (time) => `${id}!${String(Math.ceil(time / minuteMs)).padStart(9, '0')}`,
      );
      for await (const [key, bucket] of this.points.range<Bucket>(bounds[0] ?? '', bounds[1] ?? '')) {
        const time = Number(key.split('!')[1]) * minuteMs;
        const at = Math.floor(time / period) * period;
        const target = periods.get(at) ?? emptyBucket();
        merge(target, bucket);
        periods.set(at, target);
      }
    }
    return new Map([...periods].sort(([a], [b]) => a - b));
  }

  /** Hands everything to the store. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const current = Math.floor(Date.now() / minuteMs);
    for (const [place, open] of this.open) {
      if (open.dirty) this.points.append(open.key, open.bucket);
      open.dirty = false;
      if (open.minute < current - 1) this.open.delete(place);
    }
  }

  async expire(): Promise<void> {
    const before = Date.now() - retentionMs;
    const minute = String(Math.floor(before / minuteMs)).padStart(9, '0');
    for (const series of this.all()) {
      for await (const [key] of this.points.range(`${series.id}!`, `${series.id}!${minute}`))
        this.points.delete(key);
      if (series.lastSeen < before - seenResolutionMs) this.forget(series);
    }
  }

  private seriesOf(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    unit: string,
  ): Series {
    const key = keyOf(namespace, name, dimensions, unit);
    const known = this.byKey.get(key);
    const now = Date.now();
    if (known && now - known.lastSeen < seenResolutionMs) return known;
    const id = known?.id ?? `${this.run}-${this.sequence++}`;
    const series: Series = { id, namespace, name, dimensions, unit, lastSeen: now };
    if (!known && this.series.size >= maximumSeries) {
      this.forget(this.all().reduce((oldest, each) => (each.lastSeen < oldest.lastSeen ? each : oldest)));
    }
    this.byKey.set(key, series);
    this.series.set(id, series);
    return series;
  }

  private forget(series: Series): void {
    this.byKey.delete(keyOf(series.namespace, series.name, series.dimensions, series.unit));
    this.series.delete(series.id);
  }
}

function keyOf(
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
  unit: string,
): string {
  let key = `${namespace}\u001f${name}\u001f${unit}`;
  for (const dimension of Object.keys(dimensions).sort())
    key += `\u001f${dimension}=${dimensions[dimension] ?? ''}`;
  return key;
}
