import { createHash } from 'node:crypto';

/** A repeatable source of randomness: the same seed draws the same demo data on every machine (mulberry32). */
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** Whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }
  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)] as T;
  }
}

/** A UUID that follows from a name, so that loading the demo data twice writes the same rows. */
export function uuidFromName(name: string): string {
  return format(createHash('sha256').update(name).digest('hex'), '8');
}

/** A UUIDv7 (RFC 9562) for a moment, repeatable by name. */
export function uuidV7FromName(time: Date, name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return format(time.getTime().toString(16).padStart(12, '0') + hash, '7');
}

function format(hex: string, version: string): string {
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
