import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './errors';

export type Callback = (error?: unknown, result?: unknown) => void;
export type Handler = (event: unknown, context: object, callback: Callback) => unknown;

/** Loads a function's module, ESM or CommonJS as Node decides it, and finds its handler (`outer.inner` is allowed). */
export async function loadHandler(file: string, name: string): Promise<Handler> {
  const loaded = await load(file);
  let value: unknown = loaded;
  for (const part of name.split('.'))
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[part];
  const stem = file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  if (value === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${stem}.${name} is undefined or not exported`);
  }
  if (typeof value !== 'function')
    throw new RuntimeError('Runtime.HandlerNotFound', `${stem}.${name} is not a function`);
  return value as Handler;
}

async function load(file: string): Promise<unknown> {
  try {
    if (isModule(file)) return await import(pathToFileURL(file).href);
    return createRequire(file)(file);
  } catch (error) {
    throw asRuntimeError(error);
  }
}

function isModule(file: string): boolean {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  const manifest = join(dirname(file), 'package.json');
  if (!existsSync(manifest)) return false;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
}

function asRuntimeError(error: unknown): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return new RuntimeError('Runtime.ImportModuleError', `Error: ${(error as Error).message}`);
  }
  if (error instanceof SyntaxError) {
    return new RuntimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
  }
  return error;
}
