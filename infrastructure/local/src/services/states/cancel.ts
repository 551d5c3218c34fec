/** Thrown where work stops because it is no longer wanted; never seen by Retry or Catch. */
export class Cancelled extends Error {
  override name = 'Cancelled';
}

/**
 * What runs on behalf of an execution, branch or iteration. Cancelling it ends every wait inside it and inside its
 * children, so that a stopped execution leaves no timer and no waiter behind.
 */
export class Work {
  cancelled = false;
  private readonly waits = new Set<(error: Error) => void>();
  private readonly children = new Set<Work>();

  child(): Work {
    const child = new Work();
    child.cancelled = this.cancelled;
    this.children.add(child);
    return child;
  }

  release(child: Work): void {
    this.children.delete(child);
  }

  cancel(): void {
    this.cancelled = true;
    for (const child of this.children) child.cancel();
    for (const reject of [...this.waits]) reject(new Cancelled('cancelled'));
  }

  check(): void {
    if (this.cancelled) throw new Cancelled('cancelled');
  }

  /** A promise that also ends when this work is cancelled. `begin` returns what is to be done at its end. */
  wait<T>(begin: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void): Promise<T> {
    this.check();
    return new Promise<T>((resolve, reject) => {
      const end: { cleanup?: () => void } = {};
      let settled = false;
      const settle = (): boolean => {
        if (settled) return false;
        settled = true;
        this.waits.delete(fail);
        end.cleanup?.();
        return true;
      };
      const fail = (error: Error): void => {
        if (settle()) reject(error);
      };
      this.waits.add(fail);
      end.cleanup = begin((value) => {
        if (settle()) resolve(value);
      }, fail);
      if (settled) end.cleanup();
    });
  }
}
