import { pino } from 'pino';
import { ConfigError, readConfig } from './config';
import { startService } from './service';

const stopDeadlineMs = 25_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = pino({ name: 'stock-service', level: config.LOG_LEVEL });
  const service = await startService(config, logger);
  logger.info({ url: service.url }, 'stock-service is up');

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    // ECS kills after 30 s; whatever hangs by then is logged rather than cut off silently.
    setTimeout(() => {
      logger.error('did not stop in time');
      process.exit(1);
    }, stopDeadlineMs).unref();
    service.stop().then(
      () => logger.info('stopped'),
      (error: unknown) => {
        logger.error({ err: error }, 'did not stop cleanly');
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
