import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Redis } from 'ioredis';
import { Readiness, type ReadinessReport } from '@yorozu/service-kit/readiness';
import { z } from 'zod';
import type { Env } from '../env';
import { ApiRoute } from '../openapi/api-route';
import type { Pool } from '../postgres';
import { DYNAMODB, ENV, POSTGRES, REDIS } from '../tokens';

const liveResponse = z.object({ status: z.literal('live') });
const readyResponse = z.object({
  status: z.enum(['ready', 'degraded', 'unready']),
  failing: z.array(z.string()),
  checks: z.record(z.string(), z.object({ status: z.enum(['up', 'down']), error: z.string().optional() })),
});

@ApiTags('Health')
@Controller('health')
export class HealthController {
  private readonly readiness: Readiness;

  constructor(
    @Inject(POSTGRES) postgres: Pool,
    @Inject(REDIS) redis: Redis,
    @Inject(DYNAMODB) dynamodb: DynamoDBDocumentClient,
    @Inject(ENV) env: Env,
  ) {
    this.readiness = new Readiness({
      postgres: { run: () => postgres.check(), vital: true },
      dynamodb: {
        // So that the client can ask again before the time of the check is over.
        run: () =>
          dynamodb.send(new DescribeTableCommand({ TableName: env.ORDERS_TABLE }), { requestTimeout: 1_000 }),
        vital: true,
      },
      // Without Redis there are no rate limits and stock is not live, but orders go on.
      redis: { run: () => redis.ping(), vital: false },
    });
  }

  @Get('live')
  @ApiRoute({ summary: 'The process serves', status: 200, response: liveResponse })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiRoute({
    summary: 'What it depends on answers; 503 names what does not',
    status: 200,
    response: readyResponse,
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    reply.header('cache-control', 'no-store');
    if (report.status === 'unready') reply.code(503).header('retry-after', '1');
    return report;
  }
}
