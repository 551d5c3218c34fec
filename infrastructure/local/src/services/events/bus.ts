import { randomUUID } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import { countOperation } from '../../endpoint/operations';
import type { CloudContext, EventBusPort, EventEntry } from '../../ports';
import type { Collection } from '../../store/store';
import type { Retry } from '../retry-queue';
import type { Archives } from './archives';
import { Delivery, type DeliveryJob, type DeliveryOptions } from './delivery';
import type { EventEnvelope, RuleRecord } from './model';
import { readDetail, timeOf, type PutEventsEntry } from './put-events';
import type { RuleBook } from './rules';
import { inputFor } from './transform';

export interface EntryResult {
  readonly eventId?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** An event and its JSON, which is made once and shared by archives and targets. */
export interface RoutedEvent {
  readonly event: EventEnvelope;
  readonly text: string;
  readonly hops?: number;
}

const mostHops = 5;

/** Takes events in, finds their rules and delivers them. */
export class EventBus implements EventBusPort {
  readonly delivery: Delivery;

  constructor(
    private readonly context: CloudContext,
    private readonly book: RuleBook,
    private readonly archives: Archives,
    pending: Collection<Retry<DeliveryJob>>,
    options: DeliveryOptions,
  ) {
    this.delivery = new Delivery(context, pending, options, (job) => this.forward(job));
  }

  /** For the services of this process, which name times as dates. */
  async putEvents(entries: readonly EventEntry[]): Promise<EntryResult[]> {
    return this.accept(
      entries.map((entry) => ({
        Source: entry.source,
        DetailType: entry.detailType,
        Detail: entry.detail,
        ...(entry.eventBusName === undefined ? {} : { EventBusName: entry.eventBusName }),
        ...(entry.resources === undefined ? {} : { Resources: entry.resources }),
        ...(entry.time === undefined ? {} : { Time: entry.time.getTime() / 1_000 }),
      })),
    );
  }

  /**
   * Results stand in the order of the entries. An accepted event is in its archive and with every target, or queued
   * for a retry, when this resolves; the caller still has to await the store.
   */
  accept(entries: readonly PutEventsEntry[]): Promise<EntryResult[]> {
    countOperation('events', 'PutEvents entries', entries.length);
    return Promise.all(entries.map((entry) => this.acceptOne(entry)));
  }

  private async acceptOne(entry: PutEventsEntry): Promise<EntryResult> {
    const read = readDetail(entry);
    if ('code' in read) return { errorCode: read.code, errorMessage: read.message };
    const { region, accountId } = this.context;
    const event: EventEnvelope = {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      account: accountId,
      time: isoSeconds(timeOf(entry)),
      region,
      resources: entry.Resources ?? [],
      detail: read.detail,
    };
    const bus = this.book.findBus(entry.EventBusName);
    // As on AWS: the entry is accepted and goes nowhere.
    if (!bus)
      console.error(
        `PutEvents: there is no event bus ${entry.EventBusName}; a ${event['detail-type']} was dropped`,
      );
    else await this.route(bus.name, { event, text: textOf(event, entry.Detail ?? '') });
    return { eventId: event.id };
  }

  /** To the archive and to the targets of all matching rules, or of those of `onlyRules` (a replay's filter). */
  async route(bus: string, routed: RoutedEvent, onlyRules?: ReadonlySet<string>): Promise<void> {
    const { event, text } = routed;
    this.archives.keep(this.book.findBus(bus)?.arn ?? '', event, text);
    const deliveries: Promise<void>[] = [];
    for (const rule of this.book.matching(bus, event)) {
      if (!onlyRules || onlyRules.has(rule.arn)) deliveries.push(this.deliverTo(rule, routed));
    }
    await Promise.all(deliveries);
  }

  /** To all targets of a rule (also when it is time for a scheduled one). */
  async deliverTo(rule: RuleRecord, { event, text, hops = 0 }: RoutedEvent): Promise<void> {
    const replayName = event['replay-name'];
    await Promise.all(
      rule.targets.map((target) =>
        this.delivery.deliver({
          ruleArn: rule.arn,
          target,
          input: target.Arn.startsWith('arn:aws:events:') ? text : inputFor(target, event, text, rule),
          eventId: event.id,
          ...(replayName === undefined ? {} : { replayName }),
          hops,
        }),
      ),
    );
  }

  /** A bus as a target gets the event as it is; one that has been through more than a few buses runs in a circle. */
  private async forward({ target, input, hops }: DeliveryJob): Promise<void> {
    if (hops >= mostHops) throw new AwsError('ValidationException', 'The event has been forwarded too often');
    const event = JSON.parse(input) as EventEnvelope;
    await this.route(this.book.busName(target.Arn), { event, text: input, hops: hops + 1 });
  }
}

/** The detail goes on as it was written: numbers keep their digits, and it is not written twice. */
function textOf({ detail: _parsed, ...head }: EventEnvelope, detail: string): string {
  return `${JSON.stringify(head).slice(0, -1)},"detail":${detail}}`;
}

export function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
