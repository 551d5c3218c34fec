export interface Tickets {
  /** Uses the ticket up. Answers whose it was, undefined for one that is unknown, used or expired. */
  consume(ticket: string): Promise<string | undefined>;
}

export interface Decision {
  readonly effect: 'Allow' | 'Deny';
  readonly userId?: string;
}

/** A WebSocket may be opened by the holder of a ticket from POST /api/ws-tickets, once, within its 30 seconds. */
export async function authorizeConnection(ticket: string | undefined, tickets: Tickets): Promise<Decision> {
  const userId = ticket === undefined || ticket === '' ? undefined : await tickets.consume(ticket);
  return userId === undefined ? { effect: 'Deny' } : { effect: 'Allow', userId };
}
