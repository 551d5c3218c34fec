import type { DomainError } from './errors';
import {
  OutOfStockError,
  ProductNotFoundError,
  ReceiptMismatchError,
  ReservationExpiredError,
  ReservationMismatchError,
  ReservationNotFoundError,
  ReservationReleasedError,
  StockLimitError,
} from './errors';
import {
  available,
  type Line,
  type OrderRequest,
  type Outcome,
  type ReceiveRequest,
  type Receipt,
  type Reservation,
  type ReservationState,
  type ReserveRequest,
  type StockLevel,
  type StockRequest,
  type Trace,
} from './requests';

/** What the database holds, read under the locks of the group. Products without a row are not in `levels`. */
export interface LedgerState {
  /** The database's clock, epoch milliseconds. */
  readonly now: number;
  readonly levels: ReadonlyMap<string, StockLevel>;
  readonly reservations: ReadonlyMap<string, Reservation>;
  /** Orders that were released on request: they can never reserve again. */
  readonly releasedOrders: ReadonlySet<string>;
  readonly receipts: ReadonlyMap<string, Receipt>;
  /** Products among those to be received that the catalogue has given up. */
  readonly deletedProducts: ReadonlySet<string>;
}

/** One line of one applied request; becomes one event. `level` is the product's level after it. */
export interface Movement {
  readonly kind: 'reserved' | 'committed' | 'released' | 'expired' | 'received';
  readonly line: Line;
  readonly level: StockLevel;
  readonly orderId?: string;
  readonly reference?: string;
  readonly trace: Trace;
}

/** What the group writes, next to each request's outcome in the order of the requests. */
export interface Plan {
  readonly outcomes: readonly (Outcome | DomainError)[];
  /** Differences to the stored levels. */
  readonly changes: ReadonlyMap<string, StockLevel>;
  readonly inserted: readonly Reservation[];
  readonly updated: readonly Reservation[];
  readonly tombstones: readonly string[];
  readonly receipts: readonly Receipt[];
  readonly movements: readonly Movement[];
}

/** Postgres `integer`. */
const largestLevel = 2_147_483_647;

/** Decides requests in their order against the state, each seeing what those before it did. Pure. */
export function planGroup(state: LedgerState, requests: readonly StockRequest[]): Plan {
  const draft = new Draft(state);
  const outcomes = requests.map((request) => decide(draft, request));
  return { outcomes, ...draft.result() };
}

function decide(draft: Draft, request: StockRequest): Outcome | DomainError {
  switch (request.kind) {
    case 'reserve':
      return reserve(draft, request);
    case 'commit':
      return commit(draft, request);
    case 'release':
      return release(draft, request);
    case 'release-hold':
      return releaseHold(draft, request);
    case 'expire':
      return expire(draft, request);
    case 'receive':
      return receive(draft, request);
  }
}

function reserve(draft: Draft, request: ReserveRequest): Outcome | DomainError {
  const { orderId, lines } = request;
  if (draft.isReleased(orderId)) return new ReservationReleasedError(orderId);
  const existing = draft.reservation(orderId);
  if (existing) {
    if (!sameLines(existing.lines, lines)) return new ReservationMismatchError(orderId);
    if (draft.isOver(existing)) return new ReservationExpiredError(orderId);
    return { kind: 'reservation', created: false, reservation: existing };
  }
  const shortages = lines.flatMap(({ productId, quantity }) => {
    const level = draft.level(productId);
    const free = level ? available(level) : 0;
    return free < quantity ? [{ productId, requested: quantity, available: free }] : [];
  });
  if (shortages.length > 0) return new OutOfStockError(shortages);
  const expiresAt = draft.now + request.ttlSeconds * 1_000;
  const reservation: Reservation = { orderId, state: 'held', lines, expiresAt };
  for (const line of lines) draft.move('reserved', line, { quantity: 0, reserved: line.quantity }, request);
  draft.insert(reservation);
  return { kind: 'reservation', created: true, reservation };
}

function commit(draft: Draft, request: OrderRequest): Outcome | DomainError {
  const { orderId } = request;
  const existing = draft.reservation(orderId);
  if (draft.isReleased(orderId)) return new ReservationReleasedError(orderId);
  if (!existing) return new ReservationNotFoundError(orderId);
  if (existing.state === 'committed') return { kind: 'reservation', created: false, reservation: existing };
  if (draft.isOver(existing)) return new ReservationExpiredError(orderId);
  for (const line of existing.lines) {
    draft.move('committed', line, { quantity: -line.quantity, reserved: -line.quantity }, request);
  }
  return { kind: 'reservation', created: true, reservation: draft.setState(existing, 'committed') };
}

/**
 * Undoes whatever the order did: a hold is freed, sold units come back (the saga could not know whether its commit
 * had happened), an order that never reserved is barred from doing so.
 */
function release(draft: Draft, request: OrderRequest): Outcome {
  const { orderId } = request;
  const existing = draft.reservation(orderId);
  const created = !draft.isReleased(orderId);
  if (created) draft.bury(orderId);
  if (!existing)
    return { kind: 'reservation', created, reservation: { orderId, state: 'released', lines: [] } };
  if (existing.state === 'released') return { kind: 'reservation', created, reservation: existing };
  for (const line of existing.lines) {
    const change =
      existing.state === 'held'
        ? { quantity: 0, reserved: -line.quantity }
        : { quantity: line.quantity, reserved: 0 };
    draft.move('released', line, change, request);
  }
  return { kind: 'reservation', created, reservation: draft.setState(existing, 'released') };
}

/** As {@link release}, but what was sold stays sold. */
function releaseHold(draft: Draft, request: OrderRequest): Outcome {
  const existing = draft.reservation(request.orderId);
  if (existing?.state === 'committed') return { kind: 'reservation', created: false, reservation: existing };
  return release(draft, request);
}

function expire(draft: Draft, request: OrderRequest): Outcome | DomainError {
  const existing = draft.reservation(request.orderId);
  if (!existing) return new ReservationNotFoundError(request.orderId);
  if (existing.state !== 'held' || !draft.isOver(existing)) {
    return { kind: 'reservation', created: false, reservation: existing };
  }
  for (const line of existing.lines) {
    draft.move('expired', line, { quantity: 0, reserved: -line.quantity }, request);
  }
  return { kind: 'reservation', created: true, reservation: draft.setState(existing, 'released') };
}

function receive(draft: Draft, request: ReceiveRequest): Outcome | DomainError {
  const { reference, productId, quantity } = request;
  const receipt: Receipt = { reference, productId, quantity };
  const booked = draft.receipt(reference);
  const level = draft.level(productId);
  if (booked && (booked.productId !== productId || booked.quantity !== quantity)) {
    return new ReceiptMismatchError(reference);
  }
  if (!level) return new ProductNotFoundError(productId);
  if (booked) return { kind: 'receipt', created: false, receipt, level };
  if (draft.isDeleted(productId)) return new ProductNotFoundError(productId);
  if (level.quantity + quantity > largestLevel) return new StockLimitError(productId);
  const after = draft.move('received', { productId, quantity }, { quantity, reserved: 0 }, request);
  draft.book(receipt);
  return { kind: 'receipt', created: true, receipt, level: after };
}

function sameLines(a: readonly Line[], b: readonly Line[]): boolean {
  return (
    a.length === b.length &&
    a.every((line, index) => line.productId === b[index]?.productId && line.quantity === b[index]?.quantity)
  );
}

/** The state as the group changes it. */
class Draft {
  private readonly levels = new Map<string, StockLevel>();
  private readonly reservations = new Map<string, Reservation>();
  private readonly buried = new Set<string>();
  private readonly receipts = new Map<string, Receipt>();
  private readonly movements: Movement[] = [];

  constructor(private readonly stored: LedgerState) {}

  get now(): number {
    return this.stored.now;
  }

  level(productId: string): StockLevel | undefined {
    return this.levels.get(productId) ?? this.stored.levels.get(productId);
  }

  reservation(orderId: string): Reservation | undefined {
    return this.reservations.get(orderId) ?? this.stored.reservations.get(orderId);
  }

  receipt(reference: string): Receipt | undefined {
    return this.receipts.get(reference) ?? this.stored.receipts.get(reference);
  }

  isReleased(orderId: string): boolean {
    return this.buried.has(orderId) || this.stored.releasedOrders.has(orderId);
  }

  isDeleted(productId: string): boolean {
    return this.stored.deletedProducts.has(productId);
  }

  /** Ended by time: swept already, or due to be. The deadline decides, not when the sweep comes round. */
  isOver(reservation: Reservation): boolean {
    if (reservation.state === 'committed') return false;
    return reservation.state === 'released' || (reservation.expiresAt ?? 0) <= this.stored.now;
  }

  move(kind: Movement['kind'], line: Line, change: StockLevel, request: StockRequest): StockLevel {
    const before = this.level(line.productId);
    if (!before) throw new Error(`stock of product ${line.productId} was not loaded`);
    const level = {
      quantity: before.quantity + change.quantity,
      reserved: before.reserved + change.reserved,
    };
    this.levels.set(line.productId, level);
    const about =
      request.kind === 'receive' ? { reference: request.reference } : { orderId: request.orderId };
    this.movements.push({ kind, line, level, trace: request.trace, ...about });
    return level;
  }

  insert(reservation: Reservation): void {
    this.reservations.set(reservation.orderId, reservation);
  }

  setState(reservation: Reservation, state: ReservationState): Reservation {
    const next = { ...reservation, state };
    this.reservations.set(next.orderId, next);
    return next;
  }

  bury(orderId: string): void {
    this.buried.add(orderId);
  }

  book(receipt: Receipt): void {
    this.receipts.set(receipt.reference, receipt);
  }

  result(): Omit<Plan, 'outcomes'> {
    const changes = new Map<string, StockLevel>();
    for (const [productId, level] of this.levels) {
      const before = this.stored.levels.get(productId);
      const change = {
        quantity: level.quantity - (before?.quantity ?? 0),
        reserved: level.reserved - (before?.reserved ?? 0),
      };
      if (change.quantity !== 0 || change.reserved !== 0) changes.set(productId, change);
    }
    const touched = [...this.reservations.values()];
    return {
      changes,
      inserted: touched.filter(({ orderId }) => !this.stored.reservations.has(orderId)),
      updated: touched.filter(({ orderId }) => this.stored.reservations.has(orderId)),
      tombstones: [...this.buried],
      receipts: [...this.receipts.values()],
      movements: this.movements,
    };
  }
}
