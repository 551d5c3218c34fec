import { Injectable } from '@nestjs/common';
import type { Queryable } from '@yorozu/events/outbox';

/** One change made in the back office. `before` and `after` are what the actor could see of the entity. */
export interface AuditEntry {
  readonly actorId: string;
  readonly action: string;
  readonly entity: string;
  readonly entityId: string;
  readonly before?: object;
  readonly after?: object;
  readonly correlationId: string;
}

const columns = 'actor_id, action, entity, entity_id, before, after, correlation_id';

@Injectable()
export class AuditRepository {
  /** Inside the transaction of the change, so that there is no change without its entry. */
  async insert(client: Queryable, entry: AuditEntry): Promise<void> {
    await client.query({
      text: `insert into audit_log (${columns}) values ($1, $2, $3, $4, $5, $6, $7)`,
      values: valuesOf(entry),
    });
  }

  /** For a change that lives elsewhere and is repeated until it is known to be done: one entry per entity and action. */
  async insertOnce(client: Queryable, entry: AuditEntry): Promise<void> {
    await client.query({
      text: `insert into audit_log (${columns})
             select $1::uuid, $2::text, $3::text, $4::text, $5::jsonb, $6::jsonb, $7::text
             where not exists (select 1 from audit_log where entity = $3 and entity_id = $4 and action = $2)`,
      values: valuesOf(entry),
    });
  }
}

function valuesOf(entry: AuditEntry): unknown[] {
  const json = (value: object | undefined): string | null =>
    value === undefined ? null : JSON.stringify(value);
  const { actorId, action, entity, entityId, before, after, correlationId } = entry;
  return [actorId, action, entity, entityId, json(before), json(after), correlationId];
}
