import { deleteObject, type S3Context } from './objects';

const day = 24 * 3600 * 1000;
const interval = 3600 * 1000;

/** Deletes objects of buckets that expire theirs (`expireAfterDays` of resources.json), once at start and every hour. */
export class Expiration {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly s3: S3Context) {}

  start(): void {
    this.timer = setInterval(() => {
      this.sweep().catch(console.error);
    }, interval);
    this.timer.unref();
    this.sweep().catch(console.error);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async sweep(now = Date.now()): Promise<void> {
    const { buckets } = this.s3;
    for (const { name: bucket, expireAfterDays: days } of buckets.all()) {
      if (days === undefined) continue;
      for (const key of buckets.sortedKeys(bucket)) {
        const record = buckets.findObject(bucket, key);
        if (record && record.lastModified < now - days * day) await deleteObject(this.s3, { bucket, key });
      }
    }
  }
}
