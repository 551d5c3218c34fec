import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { DomainEvent } from '@yorozu/events';
import { clientSettings } from './clients';
import { TransientError } from './errors';

/** PutEvents takes ten entries (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). */
const entriesPerCall = 10;

export interface EventPublisher {
  /** Returns when the bus has accepted every event; throws {@link TransientError} EVENTS_NOT_ACCEPTED otherwise. */
  publish(events: readonly DomainEvent[]): Promise<void>;
}

/** At least once: entries accepted before a failure are published again by the retry; consumers deduplicate. */
export class EventBridgePublisher implements EventPublisher {
  constructor(
    private readonly eventBusName: string,
    private readonly client: Pick<EventBridgeClient, 'send'> = new EventBridgeClient(clientSettings),
  ) {}

  async publish(events: readonly DomainEvent[]): Promise<void> {
    const calls: Promise<void>[] = [];
    for (let from = 0; from < events.length; from += entriesPerCall) {
      calls.push(this.put(events.slice(from, from + entriesPerCall)));
    }
    await Promise.all(calls);
  }

  private async put(events: readonly DomainEvent[]): Promise<void> {
    const Entries = events.map(({ source, detailType, detail }) => ({
      EventBusName: this.eventBusName,
      Source: source,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    }));
    const result = await this.client.send(new PutEventsCommand({ Entries }));
    if (!result.FailedEntryCount) return;
    const reasons = (result.Entries ?? []).flatMap((entry) => entry.ErrorCode ?? []);
    throw new TransientError(
      'EVENTS_NOT_ACCEPTED',
      `${result.FailedEntryCount} events not accepted: ${reasons.join(', ')}`,
    );
  }
}
