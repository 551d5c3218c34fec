import type { Audience } from './notify';

/** The index is eventually consistent anyway; a client that comes in between reads the timeline from the API. */
const rememberMs = 1_000;
const bound = 10_000;

interface Found {
  readonly until: number;
  readonly connections: readonly string[];
}

/**
 * Remembers for a second which connections a user has: the steps of one order come within moments, and each look-up is
 * paid for. Nobody's absence is remembered, and who turns out to be gone is forgotten at once, so that a client that
 * has just connected misses nothing for longer.
 */
export class RememberingAudience implements Audience {
  private readonly users = new Map<string, Found>();

  constructor(
    private readonly inner: Audience,
    private readonly now: () => number = Date.now,
  ) {}

  async ofUser(userId: string): Promise<readonly string[]> {
    const known = this.users.get(userId);
    if (known && known.until > this.now()) return known.connections;
    const connections = await this.inner.ofUser(userId);
    this.users.delete(userId);
    if (connections.length > 0) this.users.set(userId, { until: this.now() + rememberMs, connections });
    const [oldest] = this.users.keys();
    if (oldest !== undefined && this.users.size > bound) this.users.delete(oldest);
    return connections;
  }

  ofProduct(productId: string): Promise<readonly string[]> {
    return this.inner.ofProduct(productId);
  }

  async forget(connectionIds: readonly string[]): Promise<void> {
    for (const [userId, { connections }] of this.users) {
      if (connections.some((id) => connectionIds.includes(id))) this.users.delete(userId);
    }
    await this.inner.forget(connectionIds);
  }
}
