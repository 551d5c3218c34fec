import { createCoreApi } from './app';
import { readEnv } from './platform/env';
import { openResources } from './platform/resources';

/** Longer than the slowest request may take; ECS sends SIGKILL after 30 s. */
const drainMs = 20_000;

const resources = openResources(readEnv(process.env));
const { logger } = resources;
const api = await createCoreApi(resources);

let stopping = false;
function shutDown(signal: NodeJS.Signals): void {
  if (stopping) return;
  stopping = true;
  logger.info({ signal }, 'shutting down');
  setTimeout(() => {
    logger.error('requests did not end in time');
    process.exit(1);
  }, drainMs).unref();
  api.stop().then(
    () => {
      logger.info('stopped');
      end(0);
    },
    (error: unknown) => {
      logger.error({ err: error }, 'shutdown failed');
      end(1);
    },
  );
}

/** Everything of ours is closed; a library's attempt to reach a server that is away must not hold the process. */
function end(code: number): void {
  logger.flush(() => process.exit(code));
}

process.on('SIGTERM', shutDown);
process.on('SIGINT', shutDown);

const address = await api.start();
logger.info({ address }, 'core-api listens');
