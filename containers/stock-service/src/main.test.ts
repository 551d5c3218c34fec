import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { startTestPostgres } from '../../../scripts/lib/postgres';
import { startAwsStandIn } from './testing/aws-stand-in';
import { createSchema, createStock } from './testing/database';

const folder = join(__dirname, '..');

it('runs, publishes what it reserves and ends on SIGTERM', async () => {
  const [postgres, aws] = await Promise.all([startTestPostgres(), startAwsStandIn()]);
  await createSchema(postgres.url);
  const pool = new pg.Pool({ connectionString: postgres.url, max: 1 });
  const productId = await createStock(pool, 3);
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: postgres.url,
      REDIS_URL: 'redis://127.0.0.1:1',
      EVENT_BUS_NAME: 'ecommerce-event-bus',
      STOCK_UPDATE_QUEUE_URL: `${aws.url}/000000000000/stock-update-queue`,
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      NODE_NO_WARNINGS: '1',
    },
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on('line', (line) => {
        const entry = JSON.parse(line) as { url?: string };
        if (entry.url) resolve(entry.url);
      });
      child.once('exit', (code) => reject(new Error(`ended with ${String(code)}`)));
    });
    const orderId = randomUUID();
    const made = await fetch(`${url}/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ orderId, items: [{ productId, quantity: 1 }], ttlSeconds: 60 }),
    });
    expect(made.status).toBe(201);
    for (const end = Date.now() + 10_000; aws.events.length === 0 && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(aws.events).toEqual([
      { detailType: 'StockReserved', detail: expect.objectContaining({ orderId, productId, available: 2 }) },
    ]);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await pool.end();
    await Promise.all([postgres.stop(), aws.close()]);
  }
});
