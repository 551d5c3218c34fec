import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { OutboxRelay } from '@yorozu/events/outbox';
import { hostFilter } from '@yorozu/service-kit/hosts';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module';
import { createAdapter } from './platform/http/adapter';
import { ProblemFilter } from './platform/http/problem.filter';
import { nestLogger } from './platform/nest-logger';
import { registerDocs } from './platform/openapi/register-docs';
import { closeResources, type Resources } from './platform/resources';

export interface CoreApi {
  readonly fastify: FastifyInstance;
  /** Listens on HOST and PORT and starts the outbox relay; returns the address. */
  start(): Promise<string>;
  /** Stops accepting, answers what is under way, publishes the batch at hand, then closes every connection. */
  stop(): Promise<void>;
}

export async function createCoreApi(resources: Resources): Promise<CoreApi> {
  const { env, logger } = resources;
  const { adapter, routes } = createAdapter(logger, hostFilter(env.ALLOWED_HOSTS));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(resources), adapter, {
    logger: nestLogger(logger),
    // Fastify parses bodies by our rules.
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(routes));
  const fastify: FastifyInstance = adapter.getInstance();
  registerDocs(app, fastify);
  await app.init();
  const relay = new OutboxRelay({
    pool: resources.postgres,
    table: 'outbox',
    client: resources.eventBridge,
    eventBusName: env.EVENT_BUS_NAME,
    logger,
  });
  let relaying = false;
  return {
    fastify,
    async start() {
      resources.channels.start();
      await relay.start();
      relaying = true;
      return fastify.listen({ host: env.HOST, port: env.PORT });
    },
    async stop() {
      // A connection whose last request is answered during the shutdown would otherwise be kept alive.
      const sweep = setInterval(() => fastify.server.closeIdleConnections(), 50);
      await app.close().finally(() => clearInterval(sweep));
      if (relaying) await relay.stop();
      await closeResources(resources);
    },
  };
}
