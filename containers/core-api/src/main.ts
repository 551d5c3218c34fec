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
    () => logger.info('stopped'),
    (error: unknown) => {
      logger.error({ err: error }, 'shutdown failed');
      process.exitCode = 1;
    },
  );
}
process.on('SIGTERM', shutDown);
process.on('SIGINT', shutDown);

const address = await api.start();
logger.info({ address }, 'core-api listens');
