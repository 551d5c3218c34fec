/**
 * `npm start`: runs the whole shop from this checkout, without Docker and without an account.
 *   npm start                 starts everything and loads the demo catalogue the first time
 *   npm start -- --reset      wipes what earlier runs kept, then starts
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildServices } from '../lib/build-services';
import { redisServerProgram } from '../lib/redis';
import { loadDemoData } from '../seed/load';
import { watchDisk } from './disk';
import { movePictures } from './picture-addresses';
import { Stack } from './stack';
import { LocalState, type Endpoints } from './state';
import type { ProcessEvent } from './supervised';

const help = `npm start [-- options]
  --reset         wipe all local data first
  --no-seed       start with an empty catalogue
  --data <dir>    where data, logs and keys are kept (default: .local)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      reset: { type: 'boolean', default: false },
      'no-seed': { type: 'boolean', default: false },
      data: { type: 'string', default: join(import.meta.dirname, '../../.local') },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const startedAt = Date.now();
  const state = new LocalState(values.data);
  const other = state.runningLauncher();
  if (other !== undefined) {
    console.error(
      `Yorozu is already running from ${state.directory} (process ${other}). Stop it first, or use --data <dir>.`,
    );
    process.exitCode = 1;
    return;
  }
  await state.endLeftovers();
  if (values.reset) state.reset();
  state.prepare();

  watchDisk([state.directory, state.path('postgres')], say);
  const stack = await Stack.create({ state, onEvent: reporter() });
  const stopped = stopOnSignal(stack);
  try {
    if (!process.env.REDIS_URL) redisServerProgram();
    await Promise.all([stack.startStores(), buildServices()]);
    await stack.migrate();
    await movePictures(stack.endpoints);
    if (!values['no-seed'])
      await loadDemoData(stack.endpoints, { onlyIfEmpty: true, log: (line) => say(line) });
    await stack.startServices();
  } catch (error) {
    if (!stopped.requested()) {
      console.error(`\nYorozu could not start: ${error instanceof Error ? error.message : String(error)}`);
      console.error(`Logs: ${state.path('logs')}`);
      await stack.stop();
      process.exit(1);
    }
    return;
  }
  printUrls(stack.endpoints, state, Date.now() - startedAt);
}

function stopOnSignal(stack: Stack): { requested(): boolean } {
  let requested = false;
  const stop = (why: string): void => {
    if (requested) return;
    requested = true;
    say(`${why}: stopping ...`);
    stack.stop().then(
      () => process.exit(),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // Whatever it is (a terminal that is gone): what was started must not be left behind.
  process.on('uncaughtException', (error) => {
    process.exitCode = 1;
    console.error(error);
    stop('uncaught error');
  });
  return { requested: () => requested };
}

/** Says what happens to processes; that one does not start is said once, not at every attempt. */
function reporter(): (event: ProcessEvent) => void {
  const failing = new Set<string>();
  return (event) => {
    const { name } = event;
    if (event.kind === 'started') {
      failing.delete(name);
      say(`${name} ${event.restart ? 'is back' : 'started'} (${event.ms} ms)`);
    } else if (event.kind === 'ended') say(`${name} ended (${event.how}), starting it again`);
    else if (!failing.has(name)) {
      failing.add(name);
      say(`${name} does not start, trying on: ${event.error.message}`);
    }
  };
}

function say(line: string): void {
  console.log(`  ${line}`);
}

function printUrls(endpoints: Endpoints, state: LocalState, ms: number): void {
  console.log(`
Yorozu is running (${(ms / 1000).toFixed(1)} s).

  Storefront      ${endpoints.storefront}
  API gateway     ${endpoints.gateway}/api      (WebSocket ${endpoints.websocket})
  API reference   ${endpoints.gateway}/api/docs
  AWS endpoint    ${endpoints.aws}
  Sent mail       ${endpoints.aws}/_local/mailbox.html
  core-api        ${endpoints.coreApi}
  stock-service   ${endpoints.stockService}
  OpenSearch API  ${endpoints.opensearch}
  Postgres        ${endpoints.postgres}
  Redis           ${endpoints.redis}

  Sign in with shopper@example.com or admin@example.com, password yorozu-demo.
  Logs: ${state.path('logs')}    Stop: Ctrl-C
`);
}

await main().catch((error: unknown) => {
  console.error(`Yorozu could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
