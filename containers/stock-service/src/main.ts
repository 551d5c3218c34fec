import { pino, type Logger } from 'pino';
import { ConfigError, readConfig, type Config } from './config';
import { startPublishing } from './publishing/event-publisher';
import {
  publisherArgument,
  servePublisherProcess,
  startPublisherProcess,
} from './publishing/publisher-process';
import { startService } from './service';

const stopDeadlineMs = 25_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = pino({ name: 'stock-service', level: config.LOG_LEVEL });
  if (process.argv[2] !== publisherArgument) await serve(config, logger);
  else await servePublisherProcess(() => startPublishing(config, logger));
}

async function serve(config: Config, logger: Logger): Promise<void> {
  const entryFile = process.argv[1] ?? '';
  const service = await startService(config, logger, () =>
    startPublisherProcess(entryFile, (error) => {
      // Events wait in the outbox; whoever supervises the process starts it again.
      logger.fatal({ err: error }, 'the publisher ended');
      process.exit(1);
    }),
  );
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
