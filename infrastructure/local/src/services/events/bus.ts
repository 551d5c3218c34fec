import { randomUUID } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import type { CloudContext, EventBusPort, EventEntry } from '../../ports';
import type { Archives } from './archives';
import { Delivery, type DeliveryOptions, type PendingDeliveries } from './delivery';
import type { EventEnvelope, RuleRecord } from './model';
import { readDetail, type PutEventsEntry } from './put-events';
import type { RuleBook } from './rules';
import { inputFor } from './transform';

export interface EntryResult {
  readonly eventId?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** Takes events in, finds their rules and delivers them. */
export class EventBus implements EventBusPort {
  readonly delivery: Delivery;

  constructor(
    private readonly context: CloudContext,
    private readonly book: RuleBook,
    private readonly archives: Archives,
    pending: PendingDeliveries,
    options: DeliveryOptions,
  ) {
    this.delivery = new Delivery(context, pending, options, (busArn, input) => this.forward(busArn, input));
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
    return Promise.all(entries.map((entry) => this.acceptOne(entry)));
  }

  private async acceptOne(entry: PutEventsEntry): Promise<EntryResult> {
    const read = readDetail(entry);
    if ('code' in read) return { errorCode: read.code, errorMessage: read.message };
    let bus: string;
    try {
      bus = this.book.busName(entry.EventBusName);
    } catch (error) {
      return {
        errorCode: 'InvalidArgument',
        errorMessage: error instanceof Error ? error.message : String(error),
      };
    }
    const { region, accountId } = this.context;
    const event: EventEnvelope = {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      account: accountId,
      time: isoSeconds(entry.Time === undefined ? Date.now() : entry.Time * 1_000),
      region,
      resources: entry.Resources ?? [],
      detail: read.detail,
    };
    await this.route(bus, event);
    return { eventId: event.id };
  }

  /** To the archive and to the targets of all matching rules, or of those of `onlyRules` (a replay's filter). */
  async route(bus: string, event: EventEnvelope, onlyRules?: ReadonlySet<string>): Promise<void> {
    const text = JSON.stringify(event);
    this.archives.keep(this.book.buses.get(bus)?.arn ?? '', event, text);
    const rules = this.book.matching(bus, event).filter((rule) => !onlyRules || onlyRules.has(rule.arn));
    await Promise.all(rules.map((rule) => this.deliverTo(rule, event, text)));
  }

  private async deliverTo(rule: RuleRecord, event: EventEnvelope, text: string): Promise<void> {
    await Promise.all(
      rule.targets.map((target) =>
        this.delivery.deliver(target, inputFor(target, event, text, rule), rule.arn),
      ),
    );
  }

  /** A bus as a target gets the event as it is; one that has been through more than a few buses runs in a circle. */
  private async forward(busArn: string, input: string): Promise<void> {
    const event = JSON.parse(input) as EventEnvelope & { hops?: number };
    const hops = (event.hops ?? 0) + 1;
    if (hops > 5) throw new AwsError('ResourceNotFoundException', 'The event has been forwarded too often');
    await this.route(
      this.book.busName(busArn),
      Object.defineProperty(event, 'hops', { value: hops, enumerable: false }),
    );
  }
}

function isoSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
