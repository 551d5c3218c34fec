import { AwsError } from '../../../endpoint/aws';
import type { CloudContext, Invocation } from '../../../ports';
import type { Collection } from '../../../store/store';
import { compileFilter } from './filter';
import { mappingNotFound, type Mapping } from './mapping';
import { Poller } from './poller';

/** The event source mappings and their pollers. Those of the template are made anew at every start, the others kept. */
export class Mappings {
  private readonly mappings = new Map<string, Mapping>();
  private readonly pollers = new Map<string, Poller>();
  private readonly stopping = new Set<Promise<void>>();
  private started = false;

  constructor(
    private readonly ctx: CloudContext,
    private readonly stored: Collection<Mapping>,
    private readonly invoke: (functionName: string, payload: string) => Promise<Invocation>,
    templates: readonly Mapping[],
  ) {
    for (const mapping of stored.values()) this.mappings.set(mapping.uuid, mapping);
    for (const mapping of templates) this.mappings.set(mapping.uuid, mapping);
  }

  start(): void {
    this.started = true;
    for (const mapping of this.mappings.values()) this.run(mapping);
  }

  async stop(): Promise<void> {
    this.started = false;
    for (const uuid of [...this.pollers.keys()]) this.halt(uuid);
    await Promise.all(this.stopping);
  }

  all(): Mapping[] {
    return [...this.mappings.values()];
  }

  /** Throws AwsError `ResourceNotFoundException`. */
  get(uuid: string): Mapping {
    const mapping = this.mappings.get(uuid);
    if (!mapping) throw mappingNotFound();
    return mapping;
  }

  /** Throws AwsError `ResourceConflictException` where the queue is already mapped to the function. */
  create(mapping: Mapping): void {
    const twin = this.all().find(
      (other) => other.queueArn === mapping.queueArn && other.functionName === mapping.functionName,
    );
    if (twin) {
      const message =
        `An event source mapping with SQS arn (" ${mapping.queueArn} ") and function (" ${mapping.functionName} ") already exists. ` +
        `Please update or delete the existing mapping with UUID ${twin.uuid}`;
      throw new AwsError('ResourceConflictException', message, 409);
    }
    this.put(mapping);
    this.stored.set(mapping.uuid, mapping);
  }

  update(mapping: Mapping): void {
    const kept = this.stored.has(mapping.uuid);
    this.put(mapping);
    if (kept) this.stored.set(mapping.uuid, mapping);
  }

  delete(uuid: string): Mapping {
    const mapping = this.get(uuid);
    this.halt(uuid);
    this.mappings.delete(uuid);
    this.stored.delete(uuid);
    return mapping;
  }

  removeOf(functionName: string): void {
    for (const mapping of this.all()) if (mapping.functionName === functionName) this.delete(mapping.uuid);
  }

  private put(mapping: Mapping): void {
    // Compiled first: a filter that is not valid must leave everything as it was.
    compileFilter(mapping.filters, mapping.queueArn, this.ctx.region);
    this.halt(mapping.uuid);
    this.mappings.set(mapping.uuid, mapping);
    this.run(mapping);
  }

  private run(mapping: Mapping): void {
    if (!this.started || !mapping.enabled) return;
    const filter = compileFilter(mapping.filters, mapping.queueArn, this.ctx.region);
    const invoke = (payload: string): Promise<Invocation> => this.invoke(mapping.functionName, payload);
    this.pollers.set(mapping.uuid, new Poller({ ctx: this.ctx, mapping, filter, invoke }));
  }

  private halt(uuid: string): void {
    const poller = this.pollers.get(uuid);
    if (!poller) return;
    this.pollers.delete(uuid);
    const stopped = poller.stop();
    this.stopping.add(stopped);
    void stopped.finally(() => this.stopping.delete(stopped));
  }
}
