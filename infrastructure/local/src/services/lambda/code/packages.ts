import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsError } from '../../../endpoint/aws';
import type { FunctionCode } from '../model';
import { unzip } from './zip';

/** Lambda's limit for a package sent with the request, bytes. */
const maximumZip = 52_428_800;

/** Unpacks a package to `directory/.packages/<function>/<hash>`. `zip`: base64. */
export async function storePackage(
  directory: string,
  functionName: string,
  zip: string,
): Promise<FunctionCode & { kind: 'package' }> {
  const archive = Buffer.from(zip, 'base64');
  if (archive.length > maximumZip) {
    throw new AwsError(
      'RequestEntityTooLargeException',
      `Request must be smaller than ${maximumZip} bytes`,
      413,
      { Type: 'User' },
    );
  }
  const digest = createHash('sha256').update(archive).digest();
  const home = join(directory, '.packages', functionName);
  const target = join(home, digest.toString('hex').slice(0, 16));
  if (!existsSync(target)) {
    const staged = join(home, `.${randomUUID()}`);
    await mkdir(staged, { recursive: true });
    try {
      await unzip(archive, staged);
      await rename(staged, target);
    } catch (error) {
      await rm(staged, { recursive: true, force: true });
      // Somebody else has unpacked the same package in the meantime.
      if (!existsSync(target)) throw error;
    }
  }
  return { kind: 'package', directory: target, sha256: digest.toString('base64'), size: archive.length };
}

export async function removePackages(directory: string, functionName: string): Promise<void> {
  await rm(join(directory, '.packages', functionName), { recursive: true, force: true });
}

/** The module that `handler` (`index.handler`, `src/app.handler`) names. The runtime reports it where it is missing. */
export function packageEntry(code: FunctionCode & { kind: 'package' }, handler: string): string {
  const stem = handler.slice(0, handler.indexOf('.', handler.lastIndexOf('/') + 1));
  const candidates = ['.mjs', '.js', '.cjs'].map((extension) => join(code.directory, `${stem}${extension}`));
  return candidates.find((file) => existsSync(file)) ?? join(code.directory, `${stem}.mjs`);
}
