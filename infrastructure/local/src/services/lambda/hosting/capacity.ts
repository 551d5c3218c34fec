/** An idle environment is given up for another function only after this time: loading it again costs more than it holds. */
const restMs = 15_000;

/** What wants an environment, has idle ones to give up, or grows older. */
export interface Tenant {
  /** Room may have become free: look at your queue again. */
  evaluate(): void;
  /** performance.now() at which the tenant's longest idle environment became idle; Infinity where none is. */
  oldestIdle(): number;
  /** Ends the longest idle environment. */
  evictOldest(): void;
}

/**
 * The account's limit. An environment is a thread with tens of megabytes, and loading one takes about a tenth of a
 * second of a whole CPU; a developer's machine has neither to spare. So there is a bound on all environments
 * together, and a bound on how many load at the same time.
 */
export class Capacity {
  private total = 0;
  private loading = 0;
  private readonly waiting = new Set<Tenant>();
  private readonly tenants = new Set<Tenant>();

  constructor(
    readonly maximum: number,
    private readonly maximumLoading: number,
    private readonly isSaturated: () => boolean,
  ) {}

  get environments(): number {
    return this.total;
  }

  get saturated(): boolean {
    return this.isSaturated();
  }

  join(tenant: Tenant): void {
    this.tenants.add(tenant);
  }

  leave(tenant: Tenant): void {
    this.tenants.delete(tenant);
    this.waiting.delete(tenant);
  }

  /**
   * True: go ahead and start one environment. False: `tenant.evaluate` is called when there is room. `first`: the
   * function has none yet, so it gets room at once.
   */
  take(tenant: Tenant, first: boolean): boolean {
    if (
      this.loading >= this.maximumLoading ||
      (this.total >= this.maximum && !this.evict(first ? 0 : restMs))
    ) {
      this.waiting.add(tenant);
      return false;
    }
    this.waiting.delete(tenant);
    this.total += 1;
    this.loading += 1;
    return true;
  }

  loaded(): void {
    this.loading -= 1;
    this.wake();
  }

  ended(): void {
    this.total -= 1;
    this.wake();
  }

  /** An environment has become idle, so that another function could have its place. */
  idle(): void {
    if (this.waiting.size > 0 && this.total >= this.maximum) this.wake();
  }

  private wake(): void {
    if (this.waiting.size === 0) return;
    const tenants = [...this.waiting];
    this.waiting.clear();
    // In the order they came; those that still find no room put themselves back.
    for (const tenant of tenants) tenant.evaluate();
  }

  private evict(rest: number): boolean {
    const before = performance.now() - rest;
    let oldest: Tenant | undefined;
    for (const tenant of this.tenants) {
      if (tenant.oldestIdle() < (oldest?.oldestIdle() ?? Infinity)) oldest = tenant;
    }
    if (oldest && oldest.oldestIdle() <= before) oldest.evictOldest();
    return this.total < this.maximum;
  }
}
