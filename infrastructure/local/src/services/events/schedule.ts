import { randomUUID } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import type { Delivery } from './delivery';
import type { RuleRecord } from './model';
import type { RuleBook } from './rules';
import { inputFor } from './transform';

const units: Readonly<Record<string, number>> = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** `rate(5 minutes)` in milliseconds. Throws ValidationException for anything else; cron() is not served here. */
export function rateOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (\w+)\)$/.exec(expression) ?? [];
  const length = unit === undefined ? undefined : units[unit];
  if (length === undefined || Number(count) < 1) {
    throw new AwsError(
      'ValidationException',
      'Parameter ScheduleExpression is not valid. The local cloud serves rate(n minutes|hours|days).',
    );
  }
  return Number(count) * length;
}

/** Fires the scheduled rules. */
export class Schedule {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly context: CloudContext,
    private readonly book: RuleBook,
    private readonly delivery: Delivery,
  ) {}

  /** Call after each change of a rule. */
  update(rule: RuleRecord): void {
    this.stop(rule.arn);
    if (rule.schedule === undefined || rule.state !== 'ENABLED') return;
    const timer = setInterval(() => void this.fire(rule.name, rule.bus), rateOf(rule.schedule));
    timer.unref();
    this.timers.set(rule.arn, timer);
  }

  stop(ruleArn: string): void {
    clearInterval(this.timers.get(ruleArn));
    this.timers.delete(ruleArn);
  }

  stopAll(): void {
    for (const arn of [...this.timers.keys()]) this.stop(arn);
  }

  private async fire(name: string, bus: string): Promise<void> {
    const rule = this.book.find(name, bus);
    if (!rule) return;
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: this.context.accountId,
      time: `${new Date().toISOString().slice(0, 19)}Z`,
      region: this.context.region,
      resources: [rule.arn],
      detail: {},
    } as const;
    const text = JSON.stringify(event);
    await Promise.all(
      rule.targets.map((target) =>
        this.delivery.deliver(target, inputFor(target, event, text, rule), rule.arn),
      ),
    );
  }
}
