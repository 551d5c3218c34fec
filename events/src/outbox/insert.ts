/** The outbox tables: core-api's and stock-service's have the same shape (containers/core-api/migrations). */
export type OutboxTable = 'outbox' | 'stock_outbox';

export interface OutboxEvent {
  readonly eventId: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
  /** What the event is about, e.g. the order id. */
  readonly aggregateId?: string;
  readonly userId?: string;
}

export interface Queryable {
  query(config: {
    name?: string;
    text: string;
    values: unknown[];
  }): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

/**
 * Writes events into an outbox in one statement, inside the caller's transaction, and wakes the relay at commit.
 * An event id that is already there is skipped, so a retried transaction publishes once.
 */
export async function insertOutbox(
  client: Queryable,
  table: OutboxTable,
  events: readonly OutboxEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await client.query({
    name: `insert-${table}`,
    text: `with written as (
        insert into ${table} (event_id, source, detail_type, detail, aggregate_id, user_id)
        select * from rows from (unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]), jsonb_array_elements($4::jsonb),
                                 unnest($5::text[]), unnest($6::uuid[]))
        on conflict (event_id) do nothing
      ) select pg_notify('${table}', '')`,
    values: [
      events.map((e) => e.eventId),
      events.map((e) => e.source),
      events.map((e) => e.detailType),
      // One document: an array of jsonb would have every quotation mark of every detail escaped.
      JSON.stringify(events.map((e) => e.detail)),
      events.map((e) => e.aggregateId ?? null),
      events.map((e) => e.userId ?? null),
    ],
  });
}
