import type { BucketSpec } from '../../artefacts/model';
import { AwsError } from '../../endpoint/aws';
import type { Collection } from '../../store/store';
import { compareText } from '../text-order';
import { s3Errors } from './errors';
import type { ObjectRecord } from './object-record';

export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** What a bucket is, as it is kept. */
export interface BucketRecord {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Whether anyone may read its objects. */
  readonly publicRead: boolean;
  /** JSON text as it was put. */
  readonly policy?: string;
  readonly expireAfterDays?: number;
  readonly cors: readonly CorsRule[];
}

const bucketName = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Buckets and the order of their keys. */
export class Buckets {
  /** Sorted keys by bucket; absent where they have to be sorted again. */
  private readonly sorted = new Map<string, readonly string[]>();
  private readonly keys = new Map<string, Set<string>>();

  constructor(
    private readonly buckets: Collection<BucketRecord>,
    readonly objects: Collection<ObjectRecord>,
    specs: readonly BucketSpec[],
  ) {
    for (const path of objects.keys()) this.noteKey(path, true);
    for (const spec of specs) this.ensure(spec);
  }

  private ensure(spec: BucketSpec): void {
    const cors = (spec.cors ?? []).map((rule): CorsRule => ({
      allowedOrigins: ['*'],
      allowedMethods: rule.allowedMethods,
      allowedHeaders: rule.allowedHeaders,
      exposeHeaders: rule.exposeHeaders ?? [],
      ...(rule.maxAgeSeconds !== undefined && { maxAgeSeconds: rule.maxAgeSeconds }),
    }));
    this.buckets.set(spec.name, {
      name: spec.name,
      createdAt: this.buckets.get(spec.name)?.createdAt ?? Date.now(),
      publicRead: spec.publicRead ?? false,
      ...(spec.expireAfterDays !== undefined && { expireAfterDays: spec.expireAfterDays }),
      cors,
    });
  }

  find(name: string): BucketRecord | undefined {
    return this.buckets.get(name);
  }

  get(name: string): BucketRecord {
    const bucket = this.buckets.get(name);
    if (!bucket) throw s3Errors.noSuchBucket(name);
    return bucket;
  }

  all(): BucketRecord[] {
    return [...this.buckets.values()].sort((a, b) => compareText(a.name, b.name));
  }

  create(name: string): void {
    if (!bucketName.test(name)) {
      throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, {
        BucketName: name,
      });
    }
    if (this.buckets.has(name)) {
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        409,
        { BucketName: name },
      );
    }
    this.buckets.set(name, { name, createdAt: Date.now(), publicRead: false, cors: [] });
  }

  change(name: string, change: Partial<BucketRecord>): void {
    this.replace({ ...this.get(name), ...change });
  }

  replace(record: BucketRecord): void {
    this.buckets.set(record.name, record);
  }

  delete(name: string): void {
    this.get(name);
    if (this.keys.get(name)?.size) {
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, {
        BucketName: name,
      });
    }
    this.buckets.delete(name);
  }

  setObject(record: ObjectRecord): void {
    const path = objectPath(record.bucket, record.key);
    if (!this.objects.has(path)) this.noteKey(path, true);
    this.objects.set(path, record);
  }

  deleteObject(bucket: string, key: string): void {
    const path = objectPath(bucket, key);
    if (this.objects.delete(path)) this.noteKey(path, false);
  }

  findObject(bucket: string, key: string): ObjectRecord | undefined {
    return this.objects.get(objectPath(bucket, key));
  }

  /** Keys in the order in which S3 lists them. */
  sortedKeys(bucket: string): readonly string[] {
    const known = this.sorted.get(bucket);
    if (known) return known;
    const keys = [...(this.keys.get(bucket) ?? [])].sort(compareText);
    this.sorted.set(bucket, keys);
    return keys;
  }

  private noteKey(path: string, present: boolean): void {
    const slash = path.indexOf('/');
    const [bucket, key] = [path.slice(0, slash), path.slice(slash + 1)];
    const keys = this.keys.get(bucket) ?? new Set<string>();
    this.keys.set(bucket, keys);
    if (present) keys.add(key);
    else keys.delete(key);
    this.sorted.delete(bucket);
  }
}

function objectPath(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}
