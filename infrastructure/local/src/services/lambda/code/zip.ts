import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { AwsError } from '../../../endpoint/aws';

const inflate = promisify(inflateRaw);
const unreadable = (reason: string): AwsError =>
  new AwsError('InvalidParameterValueException', `Could not unzip uploaded file. ${reason}`, 400, {
    Type: 'User',
  });

/**
 * Unpacks a deployment package (stored and deflated entries; no encryption, no ZIP64: Lambda's 250 MB stay below).
 * Throws AwsError `InvalidParameterValueException`. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function unzip(archive: Buffer, directory: string): Promise<void> {
  for (const entry of entries(archive)) {
    const target = normalize(join(directory, entry.name));
    if (!target.startsWith(directory + sep)) throw unreadable(`Entry ${entry.name} leaves the package`);
    if (entry.name.endsWith('/')) continue;
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, entry.method === 0 ? entry.data : await inflated(entry.data));
  }
}

async function inflated(data: Buffer): Promise<Buffer> {
  try {
    return await inflate(data);
  } catch {
    throw unreadable('An entry is damaged');
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly data: Buffer;
}

function* entries(archive: Buffer): Generator<Entry> {
  const end = archive.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end < 0 || end + 22 > archive.length)
    throw unreadable('Please check your file and then try to upload again.');
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== 0x02014b50)
      throw unreadable('The directory is damaged');
    const method = archive.readUInt16LE(at + 10);
    const size = archive.readUInt32LE(at + 20);
    const nameLength = archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    if (method !== 0 && method !== 8) throw unreadable(`Compression method ${method} is not supported`);
    if (local + 30 > archive.length) throw unreadable('The directory is damaged');
    const data = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    yield {
      name: archive.toString('utf8', at + 46, at + 46 + nameLength),
      method,
      data: archive.subarray(data, data + size),
    };
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
}
