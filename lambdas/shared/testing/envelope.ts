import { createEvent, type EventInput, type EventName } from '@yorozu/events';

/** A queue record as EventBridge delivers an event, valid by its schema. */
export function envelope<N extends EventName>(
  detailType: N,
  input: EventInput<N>,
  { messageId = 'm-1', now = new Date('2026-11-01T00:00:00.000Z') }: { messageId?: string; now?: Date } = {},
): { messageId: string; body: string } {
  const { source, detail } = createEvent(detailType, input, { correlationId: 'c-1', now });
  const body = JSON.stringify({
    id: 'e-1',
    source,
    'detail-type': detailType,
    time: now.toISOString(),
    detail,
  });
  return { messageId, body };
}
