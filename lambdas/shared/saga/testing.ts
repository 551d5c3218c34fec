import type { DomainEvent, OrderRecord, OrderRecordHistory, OrderStatus } from '@yorozu/events';
import { DomainError } from '../errors';
import type { EventPublisher } from '../event-publisher';
import type { HistoryChange, HistoryOutcome, OrderHistory, OrderKey } from '../order-history';
import type { Orders } from '../orders';
import type { CaptureRequest, Capture, PaymentProvider, Refund } from '../payments/port';
import { OrderCancelled, PaymentDeclined, PaymentVoided } from '../payments/port';
import { OutOfStock, StockRefusal, type Reservation, type StockLine, type StockPort } from '../stock-client';
import type { SagaOrder } from './order';

/** In-memory ports for the tests of the saga's use cases. */
export const at = '2026-11-01T00:00:00.000Z';

export function anOrder(more: Partial<SagaOrder> = {}): SagaOrder {
  return {
    orderId: '019a2f4e-7c10-7a3b-9d55-0c1f6a7b8e90',
    userId: '5b8e6f0a-3f6d-4f0c-9a53-6a0f1f1c2d3e',
    items: [
      { productId: 'b4f7a0a6-0d51-4b58-9b0a-3a8e5a2f9c11', productName: '急須', quantity: 2, price: 7_500 },
    ],
    totalAmount: 15_000,
    currency: 'JPY',
    correlationId: 'c-1',
    createdAt: at,
    ...more,
  };
}

/** The record of {@link anOrder}. */
export function aRecord(more: Partial<OrderRecord> = {}): OrderRecord {
  const { orderId, userId, items, totalAmount, currency, correlationId } = anOrder();
  return {
    user_id: userId,
    order_id: orderId,
    status: 'pending',
    total_amount: totalAmount,
    currency,
    items: items.map(({ productId, productName, quantity, price }) => ({
      product_id: productId,
      product_name: productName,
      quantity,
      price,
    })),
    shipping_address: { name: '山田 花子', line1: '千代田1-1', phone: '090-1234-5678' },
    customer: { email: 'hanako@example.com', name: '山田 花子', locale: 'ja' },
    payment_token: 'tok_visa',
    history: [{ at, type: 'OrderPlaced' }],
    correlation_id: correlationId,
    created_at: at,
    updated_at: at,
    ttl: 0,
    ...more,
  };
}

/** Orders of which each read is counted. */
export class MemoryOrders implements Orders {
  reads = 0;

  constructor(readonly record: OrderRecord | undefined = aRecord()) {}

  async find(): Promise<OrderRecord | undefined> {
    this.reads += 1;
    return this.record;
  }
}

export class MemoryHistory implements OrderHistory {
  status: OrderStatus = 'pending';
  parked = false;
  failure: HistoryChange['failure'];
  readonly entries: OrderRecordHistory[] = [];
  private readonly keys = new Map<string, OrderRecordHistory>();

  get types(): string[] {
    return this.entries.map(({ type }) => type);
  }

  async append(_order: OrderKey, change: HistoryChange): Promise<HistoryOutcome> {
    const fresh = change.entries.filter((entry) => !this.keys.has(entry.key ?? entry.type));
    if (fresh.length > 0 && !['pending', 'processing'].includes(this.status)) {
      throw new DomainError('ILLEGAL_TRANSITION', `${this.status} -> ${change.status}`);
    }
    for (const { type, detail, key } of fresh) {
      const entry = { at, type, ...(detail ? { detail } : {}) };
      this.entries.push(entry);
      this.keys.set(key ?? type, entry);
    }
    if (fresh.length > 0) {
      this.status = change.status;
      this.failure = change.failure ?? this.failure;
    }
    const entries = change.entries.flatMap((entry) => this.keys.get(entry.key ?? entry.type) ?? []);
    return { status: this.status, entries, duplicate: fresh.length === 0 };
  }

  async park(): Promise<void> {
    this.parked = true;
  }
}

export class MemoryEvents implements EventPublisher {
  /** One element per call. */
  readonly calls: DomainEvent[][] = [];
  /** Thrown by the next call. */
  failNext: Error | undefined;

  get names(): string[] {
    return this.calls.flat().map(({ detailType }) => detailType);
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    const error = this.failNext;
    this.failNext = undefined;
    if (error) throw error;
    this.calls.push([...events]);
  }
}

/** stock-service's rules for one product and any number of orders. */
export class MemoryStock implements StockPort {
  private readonly reservations = new Map<string, Reservation>();

  constructor(public available: number) {}

  async reserve(order: { orderId: string; items: readonly StockLine[] }): Promise<Reservation> {
    const existing = this.reservations.get(order.orderId);
    if (existing?.state === 'released') throw new StockRefusal('RESERVATION_RELEASED', 409, 'released');
    if (existing) return existing;
    const wanted = order.items.reduce((sum, { quantity }) => sum + quantity, 0);
    if (wanted > this.available) throw new OutOfStock();
    this.available -= wanted;
    return this.set(order.orderId, 'held', order.items);
  }

  async commit(orderId: string): Promise<Reservation> {
    const existing = this.reservations.get(orderId);
    if (!existing || existing.state === 'released')
      throw new StockRefusal('RESERVATION_RELEASED', 409, 'released');
    return this.set(orderId, 'committed', existing.items);
  }

  async release(orderId: string): Promise<Reservation> {
    const existing = this.reservations.get(orderId);
    if (existing && existing.state !== 'released') {
      this.available += existing.items.reduce((sum, { quantity }) => sum + quantity, 0);
    }
    return this.set(orderId, 'released', existing?.items ?? []);
  }

  private set(orderId: string, state: Reservation['state'], items: readonly StockLine[]): Reservation {
    const reservation = { orderId, state, items };
    this.reservations.set(orderId, reservation);
    return reservation;
  }
}

/** The rules every payment provider keeps, without money. */
export class MemoryPayments implements PaymentProvider {
  state: 'none' | 'captured' | 'refunded' | 'cancelled' = 'none';
  captures = 0;
  amount = 0;

  async capture(request: CaptureRequest): Promise<Capture> {
    if (this.state === 'cancelled') throw new OrderCancelled(request.orderId);
    if (this.state === 'refunded') throw new PaymentVoided(request.orderId);
    if (request.token === 'tok_chargeDeclined') throw new PaymentDeclined('card_declined');
    if (this.state === 'none') {
      this.captures += 1;
      this.amount = request.amount;
    }
    this.state = 'captured';
    return { paymentId: 'pay-1', amount: request.amount, currency: request.currency, capturedAt: at };
  }

  async refund(): Promise<Refund> {
    if (this.state === 'cancelled') return { refunded: false, cancelled: true, amount: 0 };
    const captured = this.captures > 0;
    this.state = 'refunded';
    return captured
      ? { refunded: true, cancelled: false, paymentId: 'pay-1', amount: this.amount }
      : { refunded: false, cancelled: false, amount: 0 };
  }
}
