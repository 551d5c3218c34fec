import { randomUUID } from 'node:crypto';
import type { CloudContext } from '../../ports';
import { isoSeconds, type EventBus } from './bus';
import { compileCron, invalidSchedule, type NextTime } from './cron';
import type { EventEnvelope, RuleRecord } from './model';
import type { RuleBook } from './rules';

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** The longest pause a timer of Node takes. */
const longestTimer = 2 ** 31 - 1;

/** `rate(5 minutes)`, counted from `since`, or `cron(...)`. Throws ValidationException. */
export function compileSchedule(expression: string, since: number): NextTime {
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1];
  if (cron !== undefined) return compileCron(cron.trim().replace(/\s+/g, ' '));
  const [, countText, unit = '', plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const count = Number(countText);
  const length = count * (units[unit] ?? NaN);
  // AWS wants the grammar right: 1 minute, 2 minutes.
  if (!(length > 0) || (count === 1) !== (plural === '')) throw invalidSchedule();
  return (after) => since + Math.max(1, Math.floor((after - since) / length) + 1) * length;
}

/** Fires the scheduled rules. */
export class Schedule {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly context: CloudContext,
    private readonly book: RuleBook,
    private readonly bus: EventBus,
  ) {}

  /** Call after each change of a rule. */
  update(rule: RuleRecord): void {
    this.stop(rule.arn);
    if (rule.schedule === undefined || rule.state !== 'ENABLED') return;
    const next = compileSchedule(rule.schedule, rule.scheduledFrom ?? Date.now())(Date.now());
    if (next !== undefined) this.wait(rule, next);
  }

  stop(ruleArn: string): void {
    clearTimeout(this.timers.get(ruleArn));
    this.timers.delete(ruleArn);
  }

  stopAll(): void {
    for (const arn of [...this.timers.keys()]) this.stop(arn);
  }

  private wait(rule: RuleRecord, until: number): void {
    const left = until - Date.now();
    const timer = setTimeout(
      () => {
        if (left > longestTimer) this.wait(rule, until);
        else this.fire(rule, until);
      },
      Math.max(0, Math.min(left, longestTimer)),
    );
    timer.unref();
    this.timers.set(rule.arn, timer);
  }

  private fire({ name, bus }: RuleRecord, at: number): void {
    const rule = this.book.find(name, bus);
    if (!rule) return;
    this.update(rule);
    const event: EventEnvelope = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: this.context.accountId,
      time: isoSeconds(at),
      region: this.context.region,
      resources: [rule.arn],
      detail: {},
    };
    this.bus
      .deliverTo(rule, { event, text: JSON.stringify(event) })
      .then(() => this.context.store.flushed())
      .catch((error: unknown) => console.error(error));
  }
}
