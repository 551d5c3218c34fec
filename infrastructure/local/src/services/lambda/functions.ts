import { randomUUID } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import type { Collection } from '../../store/store';
import type { HostedFunction } from './hosting/hosted-function';
import { functionArn, functionNotFound, parseReference, type FunctionRecord } from './model';

/** All functions by name: those of the SAM template, and those made over the API, which are kept. */
export class Functions {
  private readonly byName = new Map<string, HostedFunction>();

  constructor(
    private readonly account: { readonly region: string; readonly accountId: string },
    private readonly stored: Collection<FunctionRecord>,
    private readonly host: (record: FunctionRecord) => HostedFunction,
    templates: readonly FunctionRecord[],
  ) {
    for (const record of stored.values()) this.byName.set(record.name, host(record));
    for (const record of templates) {
      // A name that now belongs to the template is the template's.
      stored.delete(record.name);
      this.byName.set(record.name, host({ ...record, revisionId: randomUUID() }));
    }
  }

  arn(name: string): string {
    return functionArn(this.account.region, this.account.accountId, name);
  }

  /** `reference`: name or ARN. Throws AwsError `ResourceNotFoundException`, also for a qualifier other than `$LATEST`. */
  get(reference: string): HostedFunction {
    const direct = this.byName.get(reference);
    if (direct) return direct;
    const { name, qualifier } = parseReference(reference);
    const found = this.byName.get(name);
    if (!found || (qualifier !== undefined && qualifier !== '$LATEST')) {
      throw functionNotFound(`${this.arn(name)}${qualifier === undefined ? '' : `:${qualifier}`}`);
    }
    return found;
  }

  find(name: string): HostedFunction | undefined {
    return this.byName.get(name);
  }

  all(): HostedFunction[] {
    return [...this.byName.values()].sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
  }

  /** Throws AwsError `ResourceConflictException`. */
  create(record: FunctionRecord): FunctionRecord {
    if (this.byName.has(record.name)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${record.name}`, 409, {
        Type: 'User',
      });
    }
    const created = this.stamped(record);
    this.byName.set(record.name, this.host(created));
    this.stored.set(record.name, created);
    return created;
  }

  /** `restart`: environments that exist must not be used again. */
  update(reference: string, change: Partial<FunctionRecord>, restart: boolean): FunctionRecord {
    const hosted = this.get(reference);
    const changed = this.stamped({ ...hosted.record, ...change });
    hosted.update(changed, restart);
    // The template's functions come from the template again at the next start.
    if (this.stored.has(changed.name)) this.stored.set(changed.name, changed);
    return changed;
  }

  delete(reference: string): FunctionRecord {
    const hosted = this.get(reference);
    this.byName.delete(hosted.record.name);
    this.stored.delete(hosted.record.name);
    hosted.close();
    return hosted.record;
  }

  private stamped(record: FunctionRecord): FunctionRecord {
    return { ...record, lastModified: Date.now(), revisionId: randomUUID() };
  }
}
