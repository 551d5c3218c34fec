import { createHash, randomBytes } from 'node:crypto';
import { AwsError, type AwsRequest, type AwsResponse } from '../../endpoint/aws';
import type { Collection } from '../../store/store';
import { readBody } from './body';
import type { ObjectRecord } from './object-record';
import { checksumAlgorithm, digest, type Checksum, type ChecksumAlgorithm } from './checksum';
import { s3Errors } from './errors';
import { owner } from './listing';
import {
  checkKey,
  checksumHeaders,
  commit,
  copySource,
  objectHeaders,
  type ObjectRequest,
  type S3Context,
} from './objects';
import { requirePreconditions, selectRange } from './preconditions';
import { document, listOf, parseXml, textOf } from './xml';

interface Part {
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly checksum?: Checksum;
}

export interface UploadRecord {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly algorithm?: ChecksumAlgorithm;
  readonly parts: Readonly<Record<string, Part>>;
}

const smallestPart = 5 * 1024 * 1024;

function xml(root: string, content: Parameters<typeof document>[1]): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: document(root, content) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export class Multipart {
  constructor(
    private readonly context: S3Context,
    private readonly uploads: Collection<UploadRecord>,
  ) {}

  private upload({ request, bucket, key }: ObjectRequest): UploadRecord {
    const id = request.query.get('uploadId') ?? '';
    const upload = this.uploads.get(id);
    if (upload?.bucket !== bucket || upload.key !== key) throw s3Errors.noSuchUpload(id);
    return upload;
  }

  async create({ request, bucket, key }: ObjectRequest): Promise<AwsResponse> {
    this.context.buckets.get(bucket);
    checkKey(key);
    const name = request.headers['x-amz-checksum-algorithm'];
    const algorithm = checksumAlgorithm(typeof name === 'string' ? name : undefined);
    const id = randomBytes(24).toString('base64url');
    this.uploads.set(id, {
      id,
      bucket,
      key,
      initiated: Date.now(),
      headers: objectHeaders(request.headers),
      ...(algorithm && { algorithm }),
      parts: {},
    });
    await this.context.store.flushed();
    return xml('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: id });
  }

  async putPart(target: ObjectRequest): Promise<AwsResponse> {
    const { checksum, etag } = await this.addPart(target, readBody(target.request));
    return { status: 200, headers: { etag, ...checksumHeaders(checksum) } };
  }

  async copyPart(target: ObjectRequest): Promise<AwsResponse> {
    const source = copySource(this.context, target.request);
    const wanted = target.request.headers['x-amz-copy-source-range'];
    const range = selectRange(typeof wanted === 'string' ? wanted : undefined, source.size);
    const bytes = range
      ? await this.context.files.readRange(source.file, range.start, range.end)
      : await this.context.files.read(source.file);
    const part = await this.addPart(target, {
      bytes,
      md5: createHash('md5').update(bytes).digest(),
      checksum: undefined,
    });
    return xml('CopyPartResult', {
      LastModified: new Date(part.lastModified).toISOString(),
      ETag: part.etag,
    });
  }

  private async addPart(target: ObjectRequest, body: ReturnType<typeof readBody>): Promise<Part> {
    const number = Number(target.request.query.get('partNumber'));
    if (!Number.isInteger(number) || number < 1 || number > 10_000) {
      throw s3Errors.invalidArgument('Part number must be an integer between 1 and 10000, inclusive');
    }
    this.upload(target);
    const file = await this.context.files.write(body.bytes);
    const part: Part = {
      file,
      size: body.bytes.length,
      etag: `"${body.md5.toString('hex')}"`,
      lastModified: Date.now(),
      ...(body.checksum && { checksum: body.checksum }),
    };
    const upload = this.upload(target);
    this.uploads.set(upload.id, { ...upload, parts: { ...upload.parts, [number]: part } });
    await this.context.store.flushed();
    const before = upload.parts[number];
    if (before) await this.context.files.delete(before.file);
    return part;
  }

  async complete(target: ObjectRequest): Promise<AwsResponse> {
    const upload = this.upload(target);
    const parts = chosenParts(upload, target.request);
    const { bucket, key } = upload;
    const file = await this.context.files.join(parts.map((part) => part.file));
    const md5 = createHash('md5').update(
      Buffer.concat(parts.map(({ etag }) => Buffer.from(etag.slice(1, -1), 'hex'))),
    );
    const checksum = composite(upload.algorithm, parts);
    const record: ObjectRecord = {
      bucket,
      key,
      file,
      size: parts.reduce((sum, { size }) => sum + size, 0),
      etag: `"${md5.digest('hex')}-${parts.length}"`,
      lastModified: Date.now(),
      headers: upload.headers,
      ...(checksum && { checksum }),
    };
    await commit(this.context, record, () => {
      this.upload(target);
      requirePreconditions(target.request.headers, this.context.buckets.findObject(bucket, key), key);
      this.uploads.delete(upload.id);
    });
    await this.deleteFiles(upload);
    const location = `/${bucket}/${encodeURIComponent(key)}`;
    return xml('CompleteMultipartUploadResult', {
      Location: location,
      Bucket: bucket,
      Key: key,
      ETag: record.etag,
      ...(checksum && { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }),
    });
  }

  async abort(target: ObjectRequest): Promise<AwsResponse> {
    const upload = this.upload(target);
    this.uploads.delete(upload.id);
    await this.context.store.flushed();
    await this.deleteFiles(upload);
    return { status: 204 };
  }

  private async deleteFiles({ parts }: UploadRecord): Promise<void> {
    for (const { file } of Object.values(parts)) await this.context.files.delete(file);
  }

  listParts(target: ObjectRequest): AwsResponse {
    const upload = this.upload(target);
    const after = Number(target.request.query.get('part-number-marker') ?? 0);
    const limit = Math.min(Number(target.request.query.get('max-parts') ?? 1000), 1000);
    const all = Object.entries(upload.parts).filter(([number]) => Number(number) > after);
    const shown = all.slice(0, limit);
    return xml('ListPartsResult', {
      Bucket: upload.bucket,
      Key: upload.key,
      UploadId: upload.id,
      Initiator: owner,
      Owner: owner,
      StorageClass: 'STANDARD',
      PartNumberMarker: after,
      ...(all.length > shown.length && { NextPartNumberMarker: shown.at(-1)?.[0] }),
      MaxParts: limit,
      IsTruncated: all.length > shown.length,
      Part: shown.map(([number, part]) => ({
        PartNumber: number,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: part.etag,
        Size: part.size,
        ...(part.checksum && { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
      })),
    });
  }

  listUploads(bucket: string, query: URLSearchParams): AwsResponse {
    this.context.buckets.get(bucket);
    const prefix = query.get('prefix') ?? '';
    const found = [...this.uploads.values()].filter(
      (each) => each.bucket === bucket && each.key.startsWith(prefix),
    );
    return xml('ListMultipartUploadsResult', {
      Bucket: bucket,
      MaxUploads: 1000,
      IsTruncated: false,
      Upload: found.map(({ key, id, initiated }) => ({
        Key: key,
        UploadId: id,
        Initiator: owner,
        Owner: owner,
        StorageClass: 'STANDARD',
        Initiated: new Date(initiated).toISOString(),
      })),
    });
  }
}

/** The parts the client names, in their order. */
function chosenParts(upload: UploadRecord, request: AwsRequest): Part[] {
  const listed = listOf(parseXml(request.body, 'CompleteMultipartUpload').Part);
  if (listed.length === 0) throw s3Errors.malformedXml();
  const numbers = listed.map((entry) => Number(textOf(entry.PartNumber)));
  if (numbers.some((number, at) => number <= (numbers[at - 1] ?? 0))) {
    throw new AwsError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
    );
  }
  return listed.map((entry, at) => {
    const part = upload.parts[numbers[at] ?? 0];
    const etag = textOf(entry.ETag)?.replaceAll('"', '');
    if (!part || (etag !== undefined && `"${etag}"` !== part.etag)) {
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    }
    if (at < listed.length - 1 && part.size < smallestPart) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return part;
  });
}

function composite(algorithm: ChecksumAlgorithm | undefined, parts: readonly Part[]): Checksum | undefined {
  // CRC64NVME is defined for whole objects only.
  if (!algorithm || algorithm === 'CRC64NVME') return undefined;
  const values = parts.map(({ checksum }) =>
    checksum?.algorithm === algorithm ? checksum.value : undefined,
  );
  if (values.some((value) => value === undefined)) return undefined;
  const all = Buffer.concat(values.map((value) => Buffer.from(value ?? '', 'base64')));
  return { algorithm, value: `${digest(algorithm, all)}-${parts.length}`, type: 'COMPOSITE' };
}
