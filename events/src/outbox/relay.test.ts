import { randomUUID } from 'node:crypto';
import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { Pool } from '@yorozu/postgres';
import { startTestPostgres } from '../../../scripts/lib/postgres';
import { stopBackends } from '../../../scripts/lib/stopped';
import { insertOutbox } from './insert';
import { OutboxRelay } from './relay';

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
let postgres: { url: string; stop(): Promise<void> };
let pool: Pool;
let writer: Pool;
let relay: OutboxRelay;
let published: { type: string; at: number }[];

const poolNamed = (application_name: string) =>
  new Pool({ connectionString: postgres.url, application_name, max: 3, onLost: () => undefined });

beforeEach(async () => {
  postgres = await startTestPostgres();
  [pool, writer] = [poolNamed('relay'), poolNamed('writer')];
  await writer.query(
    `create table outbox (id bigserial primary key, event_id uuid unique, source text, detail_type text, detail jsonb,
       aggregate_id text, user_id uuid, published_at timestamptz, attempts int not null default 0, last_error text)`,
  );
  published = [];
  const client = {
    send: async ({ input: { Entries = [] } }: PutEventsCommand) => {
      published.push(...Entries.map(({ DetailType }) => ({ type: String(DetailType), at: Date.now() })));
      return { Entries: Entries.map(() => ({ EventId: randomUUID() })) };
    },
  } as unknown as EventBridgeClient;
  relay = new OutboxRelay({ pool, table: 'outbox', client, eventBusName: 'bus', logger, idleMs: 1_000 });
  await relay.start();
});
afterEach(async () => {
  await relay.stop();
  await Promise.all([pool.end(), writer.end()]);
  await postgres.stop();
});

/** Writes an event; answers after how many milliseconds it was published. */
async function publishing(detailType: string): Promise<number> {
  const started = Date.now();
  await insertOutbox(writer, 'outbox', [{ eventId: randomUUID(), source: 'test', detailType, detail: {} }]);
  for (;;) {
    const found = published.find(({ type }) => type === detailType);
    if (found) return found.at - started;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it('publishes at the notification', async () => {
  await publishing('First');
  expect(await publishing('Second')).toBeLessThan(300);
});

it('publishes and soon hears again when its connections fall silent', async () => {
  await publishing('Before');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const stopped = await stopBackends(postgres.url, 'relay');
  try {
    expect(stopped.pids.length).toBeGreaterThan(1);
    expect(await publishing('Meanwhile')).toBeLessThan(5_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await publishing('Afterwards')).toBeLessThan(300);
  } finally {
    stopped.resume();
  }
});
