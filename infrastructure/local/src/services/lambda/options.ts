export interface LambdaOptions {
  /** Bundles and unpacked packages are kept here. The path is stable: breakpoints depend on it. */
  readonly directory: string;
  /** Each function's log is also appended to `<logDirectory>/<function>.log`. */
  readonly logDirectory?: string;
  /** Build again what is saved. Default true. */
  readonly watch?: boolean;
  /** Bound on all environments together, default 40. */
  readonly maximumEnvironments?: number;
  /** How long an invocation waits for an environment before it is throttled, default 10 s. */
  readonly queueWaitMs?: number;
  /** Whether the CPUs have no time to spare; by default what the operating system says. */
  readonly isSaturated?: () => boolean;
  /**
   * Functions that get an environment soon after the start, before they are called: otherwise the first order would
   * wait for eight cold starts in a row, on a machine that has nothing else to do.
   */
  readonly warm?: readonly string[];
  /** Idle environments end after this time, default 15 min. */
  readonly idleMs?: number;
  /** Waits before the first and second retry of an asynchronous invocation; AWS's are the default: 1 and 2 min. */
  readonly asyncRetryDelaysMs?: readonly [number, number];
}
