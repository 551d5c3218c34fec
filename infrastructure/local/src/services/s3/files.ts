import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const largestCached = 1024 * 1024;
const cacheBytes = 64 * 1024 * 1024;

/**
 * Contents of objects, one file each under a name of its own that is never used again: a file is written under a
 * temporary name, renamed, and becomes visible only when the metadata that names it is stored.
 */
export class Files {
  private readonly cache = new Map<string, Buffer>();
  private cached = 0;

  private constructor(private readonly directory: string) {}

  /** Deletes what nothing refers to (a process killed between file and metadata leaves such). */
  static async open(directory: string, referenced: ReadonlySet<string>): Promise<Files> {
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory)) {
      if (!referenced.has(name)) await rm(join(directory, name), { force: true });
    }
    return new Files(directory);
  }

  async write(bytes: Buffer): Promise<string> {
    return this.create((path) => writeFile(path, bytes));
  }

  async copy(name: string): Promise<string> {
    return this.create((path) => copyFile(this.path(name), path));
  }

  async join(names: readonly string[]): Promise<string> {
    return this.create(async (path) => {
      for (const name of names)
        await pipeline(createReadStream(this.path(name)), createWriteStream(path, { flags: 'a' }));
    });
  }

  private async create(fill: (path: string) => Promise<void>): Promise<string> {
    const name = randomUUID();
    const temporary = `${this.path(name)}.part`;
    try {
      await fill(temporary);
      await rename(temporary, this.path(name));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return name;
  }

  async read(name: string): Promise<Buffer> {
    const known = this.cache.get(name);
    if (known) {
      // Last used, last dropped.
      this.cache.delete(name);
      this.cache.set(name, known);
      return known;
    }
    const bytes = await readFile(this.path(name));
    if (bytes.length <= largestCached) this.keep(name, bytes);
    return bytes;
  }

  /** Bytes [start, end]. */
  async readRange(name: string, start: number, end: number): Promise<Buffer> {
    const known = this.cache.get(name);
    if (known) return known.subarray(start, end + 1);
    const file = await open(this.path(name));
    try {
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(end - start + 1),
        position: start,
      });
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async delete(name: string): Promise<void> {
    const known = this.cache.get(name);
    if (known && this.cache.delete(name)) this.cached -= known.length;
    await rm(this.path(name), { force: true });
  }

  private keep(name: string, bytes: Buffer): void {
    if (!this.cache.has(name)) this.cached += bytes.length;
    this.cache.set(name, bytes);
    for (const [oldest, { length }] of this.cache) {
      if (this.cached <= cacheBytes) return;
      this.cache.delete(oldest);
      this.cached -= length;
    }
  }

  private path(name: string): string {
    return join(this.directory, name);
  }
}
