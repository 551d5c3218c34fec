/** A map of bounded size whose entries also grow old. The least recently used entry goes first. */
export class LruCache<K, V> {
  private readonly entries = new Map<K, { value: V; expiresAt: number }>();

  constructor(
    private readonly maximum: number,
    private readonly ttlMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt <= this.now()) {
      this.entries.delete(key);
      return undefined;
    }
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** `expiresAt` (epoch ms) shortens the life of this entry. */
  set(key: K, value: V, expiresAt = Infinity): void {
    this.entries.delete(key);
    this.entries.set(key, { value, expiresAt: Math.min(expiresAt, this.now() + this.ttlMs) });
    if (this.entries.size <= this.maximum) return;
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }

  delete(key: K): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  get size(): number {
    return this.entries.size;
  }
}
