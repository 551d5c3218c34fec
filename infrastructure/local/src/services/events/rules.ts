import { AwsError } from '../../endpoint/aws';
import type { Collection } from '../../store/store';
import type { BusRecord, EventEnvelope, RuleRecord } from './model';
import { compilePattern, exactValues, type EventPredicate } from './pattern';

interface Compiled {
  readonly rule: RuleRecord;
  readonly matches: EventPredicate;
}

/** The rules of one bus, by the detail-types they can match; those that do not say stand under `any`. */
interface BusIndex {
  readonly byDetailType: Map<string, Compiled[]>;
  readonly any: Compiled[];
}

/** Buses and rules; finds the rules an event matches without trying all of them. */
export class RuleBook {
  private readonly indexes = new Map<string, BusIndex>();

  constructor(
    readonly buses: Collection<BusRecord>,
    readonly rules: Collection<RuleRecord>,
  ) {}

  /** Rule and bus names are unique per bus; ARNs of buses are accepted as names. */
  busName(nameOrArn: string | undefined): string {
    return this.bus(nameOrArn).name;
  }

  bus(nameOrArn: string | undefined): BusRecord {
    const bus = this.findBus(nameOrArn);
    if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${nameOrArn} does not exist.`);
    return bus;
  }

  findBus(nameOrArn: string | undefined): BusRecord | undefined {
    return this.buses.get((nameOrArn ?? 'default').split('event-bus/').at(-1) ?? 'default');
  }

  rule(name: string, bus: string | undefined): RuleRecord {
    const busName = this.busName(bus);
    const found = this.rules.get(key(busName, name));
    if (!found)
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${busName}.`);
    return found;
  }

  find(name: string, bus: string): RuleRecord | undefined {
    return this.rules.get(key(bus, name));
  }

  put(rule: RuleRecord): void {
    this.rules.set(key(rule.bus, rule.name), rule);
    this.indexes.delete(rule.bus);
  }

  remove(rule: RuleRecord): void {
    this.rules.delete(key(rule.bus, rule.name));
    this.indexes.delete(rule.bus);
  }

  ofBus(bus: string): RuleRecord[] {
    return [...this.rules.values()]
      .filter((rule) => rule.bus === bus)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  matching(bus: string, event: EventEnvelope): RuleRecord[] {
    const index = this.indexes.get(bus) ?? this.build(bus);
    const candidates = index.byDetailType.get(event['detail-type']);
    const found: RuleRecord[] = [];
    for (const { rule, matches } of candidates ?? []) if (matches(event)) found.push(rule);
    for (const { rule, matches } of index.any) if (matches(event)) found.push(rule);
    return found;
  }

  private build(bus: string): BusIndex {
    const index: BusIndex = { byDetailType: new Map(), any: [] };
    for (const rule of this.ofBus(bus)) {
      if (rule.pattern === undefined || rule.state !== 'ENABLED') continue;
      const pattern: unknown = JSON.parse(rule.pattern);
      const compiled = { rule, matches: compilePattern(pattern) };
      const types = exactValues(pattern, 'detail-type');
      if (!types) index.any.push(compiled);
      else
        for (const type of types)
          index.byDetailType.set(type, [...(index.byDetailType.get(type) ?? []), compiled]);
    }
    this.indexes.set(bus, index);
    return index;
  }
}

function key(bus: string, rule: string): string {
  return `${bus}/${rule}`;
}
