export interface Check {
  /** Resolves when the dependency can serve now. */
  readonly run: () => Promise<unknown>;
  /** Without it nothing works; the others only make the service poorer. */
  readonly vital: boolean;
}

interface CheckResult {
  readonly status: 'up' | 'down';
  /** The kind of failure, without addresses. */
  readonly error?: string;
}

export interface ReadinessReport {
  readonly status: 'ready' | 'degraded' | 'unready';
  readonly failing: readonly string[];
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** Long enough for a check to meet two silent connections, a second each, and to ask on a third. */
const checkTimeoutMs = 2_500;

class CheckTimedOut extends Error {
  readonly code = 'TIMEOUT';
}

/**
 * Whether a service can do its work, asked anew at every call and answered within 2.5 s. A check asks on another
 * connection before it gives up, so that one slow answer does not take an instance out of service; a load balancer should
 * nevertheless wait for two failures in a row. Calls at the same time share one answer: an outage is not made worse by
 * those who look.
 */
export class Readiness {
  private current: Promise<ReadinessReport> | undefined;

  constructor(
    private readonly checks: Readonly<Record<string, Check>>,
    private readonly timeoutMs = checkTimeoutMs,
  ) {}

  report(): Promise<ReadinessReport> {
    this.current ??= this.ask().finally(() => (this.current = undefined));
    return this.current;
  }

  private async ask(): Promise<ReadinessReport> {
    const results = await Promise.all(
      Object.entries(this.checks).map(async ([name, check]) => {
        const result = await probe(check.run, this.timeoutMs);
        return { name, vital: check.vital, result };
      }),
    );
    const down = results.filter(({ result }) => result.status === 'down');
    return {
      status: down.some(({ vital }) => vital) ? 'unready' : down.length > 0 ? 'degraded' : 'ready',
      failing: down.map(({ name }) => name),
      checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
    };
  }
}

async function probe(run: () => Promise<unknown>, timeoutMs: number): Promise<CheckResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CheckTimedOut()), timeoutMs);
  });
  try {
    await Promise.race([run(), late]);
    return { status: 'up' };
  } catch (error) {
    return { status: 'down', error: kindOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return 'code' in error && typeof error.code === 'string' && error.code !== '' ? error.code : error.name;
}
