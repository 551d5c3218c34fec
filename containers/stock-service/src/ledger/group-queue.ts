import { faultOf } from '@yorozu/service-kit/unavailable';
import { DomainError, LedgerUnavailableError, OverloadedError } from './errors';
import type { Availability, GroupResult } from './group-transaction';
import type { Outcome, StockRequest } from './requests';

export interface GroupQueueOptions {
  /** Applies a group in one transaction; throws when nothing of it was applied or the outcome is unknown. */
  readonly apply: (requests: readonly StockRequest[], patienceMs: number) => Promise<GroupResult>;
  readonly onChanged: (availabilities: readonly Availability[]) => void;
  readonly onFailure: (error: unknown, groupSize: number) => void;
  readonly maximumGroup?: number;
  readonly maximumWaiting?: number;
}

interface Waiting {
  readonly request: StockRequest;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Milliseconds for each attempt. Short at first, since all that come later wait behind a connection that is silent; the
 * last one waits for locks and a server that is really slow.
 */
const patience = [1_000, 1_000, 5_000];

/**
 * Collects the requests that arrive while a group is being applied and applies them as the next group, so that one
 * row lock, one set of statements and one commit are paid per group, not per request. An idle queue starts at once.
 *
 * One group is under way at a time: that keeps the order of arrival and is no narrower than the row lock that all
 * requests of a hot product share. Other instances of the service have their own queue; Postgres's locks order them.
 */
export class GroupQueue {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly options: GroupQueueOptions) {}

  /** Resolves when the request is committed; rejects with a DomainError when it is refused. */
  submit(request: StockRequest): Promise<Outcome> {
    if (this.waiting.length >= (this.options.maximumWaiting ?? 20_000)) {
      return Promise.reject(new OverloadedError());
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits. */
  async drained(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    // Requests that the network delivered in the same turn of the event loop belong together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      await this.applyOrSplit(this.waiting.splice(0, this.options.maximumGroup ?? 256));
    }
    this.running = undefined;
  }

  /** Requests are idempotent by their business keys, so a group whose outcome is unknown is simply applied again. */
  private async applyOrSplit(group: readonly Waiting[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const requests = group.map(({ request }) => request);
        const result = await this.options.apply(requests, patience[attempt - 1] ?? 0);
        this.options.onChanged(result.availabilities);
        group.forEach((waiting, index) => settle(waiting, result.outcomes[index]));
        return;
      } catch (error) {
        this.options.onFailure(error, group.length);
        const kind = kindOfFailure(error);
        if (kind !== 'request' && attempt < patience.length) {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
          continue;
        }
        if (kind !== 'connection' && group.length > 1) return this.split(group);
        const reason = kind === 'request' ? error : new LedgerUnavailableError(error);
        for (const { reject } of group) reject(reason);
        return;
      }
    }
  }

  /** One request that Postgres refuses must not fail the others: halves, until it is alone. */
  private async split(group: readonly Waiting[]): Promise<void> {
    const middle = Math.ceil(group.length / 2);
    await this.applyOrSplit(group.slice(0, middle));
    await this.applyOrSplit(group.slice(middle));
  }
}

function settle(waiting: Waiting, outcome: Outcome | DomainError | undefined): void {
  if (outcome === undefined) waiting.reject(new Error('a request of the group has no outcome'));
  else if (outcome instanceof DomainError) waiting.reject(outcome);
  else waiting.resolve(outcome);
}

/** `contention`: locks, may pass; `connection`: Postgres is away or silent; `request`: something Postgres refuses. */
export function kindOfFailure(error: unknown): 'contention' | 'connection' | 'request' {
  const fault = faultOf(error);
  if (fault === undefined) return 'request';
  return fault === 'busy' ? 'contention' : 'connection';
}
