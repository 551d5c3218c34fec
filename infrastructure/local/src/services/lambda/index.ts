import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionSpec } from '../../artefacts/model';
import type { CloudContext } from '../../ports';
import type { QueuedEvent } from './async/event-queue';
import { buildBootstrap } from './code/compiler';
import type { FunctionRecord } from './model';
import type { LambdaOptions } from './options';
import { LambdaService } from './service';
import type { Mapping } from './sources/mapping';

export type { LambdaOptions } from './options';
export type { LambdaService } from './service';

/**
 * AWS Lambda: functions of the SAM template and functions made over the API, in worker threads of this process.
 * https://docs.aws.amazon.com/lambda/latest/api/welcome.html
 */
export async function createLambda(
  ctx: CloudContext,
  specs: readonly FunctionSpec[],
  options: LambdaOptions,
): Promise<LambdaService> {
  const bootstrap = join(options.directory, 'runtime.mjs');
  await mkdir(options.directory, { recursive: true });
  await buildBootstrap(fileURLToPath(new URL('./runtime/bootstrap.ts', import.meta.url)), bootstrap);
  await provideSdk(options.directory);
  const collections = {
    functions: await ctx.store.collection<FunctionRecord>('lambda.functions'),
    events: await ctx.store.collection<QueuedEvent>('lambda.events'),
    mappings: await ctx.store.collection<Mapping>('lambda.mappings'),
  };
  return new LambdaService(ctx, specs, options, bootstrap, collections);
}

/** On AWS the runtime has the AWS SDK; packages that rely on that find ours. */
async function provideSdk(directory: string): Promise<void> {
  let from = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(from, 'node_modules', '@aws-sdk')) && dirname(from) !== from) from = dirname(from);
  const link = join(directory, 'node_modules');
  await rm(link, { force: true });
  await symlink(join(from, 'node_modules'), link, 'dir');
}
