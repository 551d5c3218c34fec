interface Ticket {
  readonly since: number;
  readonly begin: () => Promise<unknown>;
  cancelled: boolean;
}

/**
 * Lets a bounded number of function invocations of all executions run at once, those of the oldest executions first.
 * AWS answers a burst with more environments. A laptop cannot: without this, every execution of the burst would be at
 * its first step at once, be throttled, back off, and none would end before all of them do.
 */
export class Turnstile {
  private inside = 0;
  /** Oldest last. */
  private readonly waiting: Ticket[] = [];

  constructor(private readonly width: number) {}

  /**
   * Calls `begin` as soon as there is room, and counts it until its promise settles. `since`: start of the execution.
   * Answers a function that gives up waiting.
   */
  enter(since: number, begin: () => Promise<unknown>): () => void {
    const ticket: Ticket = { since, begin, cancelled: false };
    if (this.inside < this.width) this.admit(ticket);
    else this.waiting.splice(this.place(since), 0, ticket);
    return () => {
      ticket.cancelled = true;
    };
  }

  private admit(ticket: Ticket): void {
    this.inside += 1;
    const leave = (): void => {
      this.inside -= 1;
      this.next();
    };
    ticket.begin().then(leave, leave);
  }

  private next(): void {
    while (this.inside < this.width) {
      const ticket = this.waiting.pop();
      if (!ticket) return;
      if (!ticket.cancelled) this.admit(ticket);
    }
  }

  /** First place whose ticket is not younger: among equals whoever came first stays nearer to the end. */
  private place(since: number): number {
    let [low, high] = [0, this.waiting.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.waiting[middle] as Ticket).since > since) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
