import type { Stack } from '../start/stack';
import type { Buyers } from './buyers';

/** What a phase works on, while buyers go on ordering. */
export interface Stage {
  readonly stack: Stack;
  readonly buyers: Buyers;
  /** A directory on the small disk that holds everything; undefined where there is none. */
  readonly smallDisk: string | undefined;
  readonly say: (line: string) => void;
}

export interface Phase {
  readonly name: string;
  /** Redis may lose its last second when it is killed (`appendfsync everysec`), so what it has may go back for a moment. */
  readonly killsRedis?: boolean;
  /** Does the harm and undoes it. Answers what did not go as it must, in words. */
  readonly run: (stage: Stage) => Promise<string[]>;
}
