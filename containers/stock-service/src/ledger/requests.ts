/** Who asked, so that logs and events of one journey can be joined. */
export interface Trace {
  readonly correlationId: string;
  readonly causationId?: string;
}

/** A quantity of one product. Lines of a request are unique by product and in product id order. */
export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

export interface ReserveRequest {
  readonly kind: 'reserve';
  readonly orderId: string;
  readonly lines: readonly Line[];
  readonly ttlSeconds: number;
  readonly trace: Trace;
}

/**
 * `release` is the saga's: final, and it also brings back what was sold. `release-hold` is an event's, which may be late,
 * doubled or mistaken: it never touches what was sold. `expire` is the sweep's and only ends a hold past its time.
 */
export interface OrderRequest {
  readonly kind: 'commit' | 'release' | 'release-hold' | 'expire';
  readonly orderId: string;
  readonly trace: Trace;
}

export interface ReceiveRequest {
  readonly kind: 'receive';
  readonly reference: string;
  readonly productId: string;
  readonly quantity: number;
  readonly trace: Trace;
}

export type StockRequest = ReserveRequest | OrderRequest | ReceiveRequest;

export type ReservationState = 'held' | 'committed' | 'released';

export interface Reservation {
  readonly orderId: string;
  readonly state: ReservationState;
  readonly lines: readonly Line[];
  /** Epoch milliseconds by the database's clock; undefined for an order that was released before it reserved. */
  readonly expiresAt?: number;
}

export interface StockLevel {
  readonly quantity: number;
  readonly reserved: number;
}

export interface Receipt extends Line {
  readonly reference: string;
}

/** What a request got: `created` tells a first application from a repetition. Refusals are DomainErrors. */
export type Outcome =
  | { readonly kind: 'reservation'; readonly created: boolean; readonly reservation: Reservation }
  | {
      readonly kind: 'receipt';
      readonly created: boolean;
      readonly receipt: Receipt;
      readonly level: StockLevel;
    };

export function available(level: StockLevel): number {
  return level.quantity - level.reserved;
}

/** Lines with each product once, in product id order: the form in which requests are compared and rows are locked. */
export function canonicalLines(lines: readonly Line[]): Line[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    const id = productId.toLowerCase();
    quantities.set(id, (quantities.get(id) ?? 0) + quantity);
  }
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
}
