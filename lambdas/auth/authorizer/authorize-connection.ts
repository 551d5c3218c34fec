/** Who a ticket was given to. */
export interface TicketHolder {
  readonly userId: string;
  /** Absent on tickets of access tokens that name none. */
  readonly sessionId?: string;
}

export interface Tickets {
  /** Uses the ticket up. Answers whose it was, undefined for one that is unknown, used or expired. */
  consume(ticket: string): Promise<TicketHolder | undefined>;
}

export type Decision = { readonly effect: 'Deny' } | ({ readonly effect: 'Allow' } & TicketHolder);

/**
 * A WebSocket may be opened by the holder of a ticket from POST /api/ws-tickets, once, within its 30 seconds. Whether its
 * session lives is asked by $connect, in the write that joins the two.
 */
export async function authorizeConnection(ticket: string | undefined, tickets: Tickets): Promise<Decision> {
  const holder = ticket === undefined || ticket === '' ? undefined : await tickets.consume(ticket);
  return holder === undefined ? { effect: 'Deny' } : { effect: 'Allow', ...holder };
}
