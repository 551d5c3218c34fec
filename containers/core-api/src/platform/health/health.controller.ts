import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Env } from '../env';
import { ApiRoute } from '../openapi/api-route';
import type { Pool } from '../postgres';
import { DYNAMODB, ENV, POSTGRES, REDIS } from '../tokens';

interface Check {
  readonly run: () => Promise<unknown>;
  /** Without it nothing works; the others only make the service poorer. */
  readonly vital: boolean;
}

interface CheckResult {
  readonly status: 'up' | 'down';
  readonly error?: string;
}

const checkTimeoutMs = 2_000;
const liveResponse = z.object({ status: z.literal('live') });
const readyResponse = z.object({
  status: z.enum(['ready', 'degraded', 'unready']),
  failing: z.array(z.string()),
  checks: z.record(z.string(), z.object({ status: z.enum(['up', 'down']), error: z.string().optional() })),
});

@ApiTags('Health')
@Controller('health')
export class HealthController {
  private readonly checks: Readonly<Record<string, Check>>;

  constructor(
    @Inject(POSTGRES) postgres: Pool,
    @Inject(REDIS) redis: Redis,
    @Inject(DYNAMODB) dynamodb: DynamoDBDocumentClient,
    @Inject(ENV) env: Env,
  ) {
    this.checks = {
      postgres: { run: () => postgres.query('select 1'), vital: true },
      dynamodb: {
        run: () => dynamodb.send(new DescribeTableCommand({ TableName: env.ORDERS_TABLE })),
        vital: true,
      },
      // Without Redis there are no rate limits and stock is not live, but orders go on.
      redis: { run: () => redis.ping(), vital: false },
    };
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
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<z.output<typeof readyResponse>> {
    const names = Object.keys(this.checks);
    const results = await Promise.all(Object.values(this.checks).map((check) => probe(check.run)));
    const checks = Object.fromEntries(names.map((name, index) => [name, results[index] as CheckResult]));
    const failing = names.filter((name) => checks[name]?.status === 'down');
    const unready = failing.some((name) => this.checks[name]?.vital);
    reply.code(unready ? 503 : 200).header('cache-control', 'no-store');
    return { status: unready ? 'unready' : failing.length > 0 ? 'degraded' : 'ready', failing, checks };
  }
}

async function probe(run: () => Promise<unknown>): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${checkTimeoutMs} ms`)), checkTimeoutMs);
  });
  try {
    await Promise.race([run(), late]);
    return { status: 'up' };
  } catch (error) {
    return { status: 'down', error: describe(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** The kind of failure, without addresses. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return 'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : error.name;
}
