import type { Checksum } from './checksum';

/** What is known of an object; its content is in a file of its own (files.ts). */
export interface ObjectRecord {
  readonly bucket: string;
  readonly key: string;
  /** Name in files.ts. */
  readonly file: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly lastModified: number;
  /** Content-Type, Cache-Control and the like, and x-amz-meta-*, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}
