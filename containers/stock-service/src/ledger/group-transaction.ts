import { insertOutbox } from '@yorozu/events/outbox';
import type { Pool, PoolClient, QueryResult } from 'pg';
import type { DomainError } from './errors';
import { movementEvent } from './movement-events';
import { planGroup, type LedgerState, type Plan } from './planner';
import type {
  Line,
  Outcome,
  Receipt,
  Reservation,
  ReservationState,
  StockLevel,
  StockRequest,
} from './requests';
import { inOneFlight } from './pipeline';
import * as sql from './statements';

/** What shoppers may still buy of a product. Of two values the one with the higher version (microseconds) is newer. */
export interface Availability {
  readonly productId: string;
  readonly available: number;
  readonly version: number;
}

export interface GroupResult {
  /** One per request, in their order. */
  readonly outcomes: readonly (Outcome | DomainError)[];
  readonly availabilities: readonly Availability[];
}

interface ReservationRow {
  order_id: string;
  product_id: string;
  quantity: number;
  state: ReservationState;
  expires: number;
}

/** Stands for a release on request. */
interface ReleaseRow {
  order_id: string;
  product_id: null;
}

/**
 * Applies a group of requests in one transaction: all outcomes hold, or (when it throws) none. The pool's connections
 * must be in pipeline mode: the statements of each half are sent together, so a group waits for Postgres twice.
 */
export async function applyGroup(pool: Pool, requests: readonly StockRequest[]): Promise<GroupResult> {
  const client = await pool.connect();
  try {
    const state = await readState(client, requests);
    const plan = planGroup(state, requests);
    const availabilities = await writePlan(client, plan, new Date(state.now));
    client.release();
    return { outcomes: plan.outcomes, availabilities };
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}

async function readState(client: PoolClient, requests: readonly StockRequest[]): Promise<LedgerState> {
  const orders = new Set<string>();
  const ordersOfUnknownProducts = new Set<string>();
  const products = new Set<string>();
  const receivedProducts = new Set<string>();
  const references = new Set<string>();
  for (const request of requests) {
    if (request.kind === 'receive') {
      references.add(request.reference);
      receivedProducts.add(request.productId);
      products.add(request.productId);
      continue;
    }
    orders.add(request.orderId);
    if (request.kind === 'reserve') for (const { productId } of request.lines) products.add(productId);
    else ordersOfUnknownProducts.add(request.orderId);
  }
  const orderIds = [...orders];
  const [, locked, rows, receipts, , deleted, levels] = await inOneFlight(client, () => [
    client.query('begin'),
    client.query<{ now: number }>({ ...sql.lockKeys, values: [[...orderIds, ...references]] }),
    client.query<ReservationRow | ReleaseRow>({ ...sql.readOrders, values: [orderIds] }),
    references.size === 0
      ? undefined
      : client.query<{ reference: string; product_id: string; quantity: number }>({
          ...sql.readReceipts,
          values: [[...references]],
        }),
    references.size === 0
      ? undefined
      : client.query({ ...sql.createLevels, values: [[...receivedProducts]] }),
    references.size === 0
      ? undefined
      : client.query<{ id: string }>({ ...sql.readDeletedProducts, values: [[...receivedProducts]] }),
    client.query<StockLevel & { product_id: string }>({
      ...sql.lockLevels,
      values: [[...products], [...ordersOfUnknownProducts]],
    }),
  ]);
  const now = locked.rows[0]?.now;
  if (now === undefined) throw new Error('the database did not tell its time');
  return {
    now,
    levels: new Map(
      levels.rows.map(({ product_id, quantity, reserved }) => [product_id, { quantity, reserved }]),
    ),
    reservations: toReservations(rows.rows.filter((row) => row.product_id !== null)),
    releasedOrders: new Set(rows.rows.filter((row) => row.product_id === null).map((row) => row.order_id)),
    receipts: new Map<string, Receipt>(
      receipts?.rows.map(({ reference, product_id, quantity }) => [
        reference,
        { reference, productId: product_id, quantity },
      ]),
    ),
    deletedProducts: new Set(deleted?.rows.map((row) => row.id)),
  };
}

/** Rows come ordered by order and product; all rows of an order share its state and its end. */
function toReservations(rows: readonly ReservationRow[]): Map<string, Reservation> {
  const reservations = new Map<string, Reservation & { lines: Line[] }>();
  for (const row of rows) {
    const line = { productId: row.product_id, quantity: row.quantity };
    const known = reservations.get(row.order_id);
    if (known) known.lines.push(line);
    else {
      const { order_id: orderId, state, expires: expiresAt } = row;
      reservations.set(orderId, { orderId, state, expiresAt, lines: [line] });
    }
  }
  return reservations;
}

async function writePlan(client: PoolClient, plan: Plan, now: Date): Promise<Availability[]> {
  const events = plan.movements.map((movement) => movementEvent(movement, now));
  const [written, , committed] = await inOneFlight(client, () => [
    changesNothing(plan) ? undefined : writeGroup(client, plan),
    insertOutbox(client, 'stock_outbox', events),
    client.query('commit'),
  ]);
  // Postgres answers a commit of a failed transaction with ROLLBACK; the statement that failed has thrown before this.
  if (committed.command !== 'COMMIT') throw new Error('the transaction was rolled back');
  return (written?.rows ?? []).map((row) => ({
    productId: row.product_id,
    available: row.available,
    version: Number(row.version),
  }));
}

function changesNothing({ movements, inserted, updated, tombstones, receipts }: Plan): boolean {
  return [movements, inserted, updated, tombstones, receipts].every((part) => part.length === 0);
}

function writeGroup(
  client: PoolClient,
  { changes, inserted, updated, tombstones, receipts }: Plan,
): Promise<QueryResult<{ product_id: string; available: number; version: string }>> {
  const levels = [...changes];
  const rows = inserted.flatMap((reservation) =>
    reservation.lines.map((line) => ({ ...reservation, ...line })),
  );
  return client.query({
    ...sql.writeGroup,
    values: [
      levels.map(([productId]) => productId),
      levels.map(([, change]) => change.quantity),
      levels.map(([, change]) => change.reserved),
      rows.map((row) => row.orderId),
      rows.map((row) => row.productId),
      rows.map((row) => row.quantity),
      rows.map((row) => row.state),
      rows.map((row) => row.expiresAt),
      updated.map((reservation) => reservation.orderId),
      updated.map((reservation) => reservation.state),
      tombstones,
      receipts.map((receipt) => receipt.reference),
      receipts.map((receipt) => receipt.productId),
      receipts.map((receipt) => receipt.quantity),
    ],
  });
}
