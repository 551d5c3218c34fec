/** How often something may happen: `burst` times at once, then once more each `secondsEach`. */
export interface Allowance {
  readonly burst: number;
  readonly secondsEach: number;
}

export interface Allowances {
  /** Takes one of what `key` is allowed. Answers 0 where it was granted, else the seconds until there is one more. */
  take(key: string, allowance: Allowance): Promise<number>;
  /** Gives back one that was taken for something that turned out not to count. */
  giveBack(key: string, allowance: Allowance): Promise<void>;
  /** Forgets what was taken. */
  forget(key: string): Promise<void>;
}

/** `factor` times as often. */
export function scaled({ burst, secondsEach }: Allowance, factor: number): Allowance {
  return { burst: Math.max(1, Math.round(burst * factor)), secondsEach: secondsEach / factor };
}
