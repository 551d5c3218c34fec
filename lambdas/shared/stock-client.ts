import { DomainError, TransientError } from './errors';
import { postJson, type HttpAnswer } from './http-client';

/** Milliseconds; below the function's timeout, so that the saga sees our error and not Lambda's. */
const requestTimeout = 5_000;

export interface StockLine {
  readonly productId: string;
  readonly quantity: number;
}

export interface Reservation {
  readonly orderId: string;
  readonly state: 'held' | 'committed' | 'released';
  /** Empty for an order that never reserved. */
  readonly items: readonly StockLine[];
  /** ISO 8601; absent for an order that never reserved. */
  readonly expiresAt?: string;
}

/** stock-service's reservations. Every call is idempotent by order id. */
export interface StockPort {
  /** Throws {@link OutOfStock} (nothing held), {@link StockRefusal}, {@link TransientError}. */
  reserve(
    order: { orderId: string; items: readonly StockLine[]; ttlSeconds: number },
    trace: Trace,
  ): Promise<Reservation>;
  /** Throws {@link StockRefusal} when there is no hold any more, {@link TransientError}. */
  commit(orderId: string, trace: Trace): Promise<Reservation>;
  /** Undoes a reservation or a deduction and bars the order from reserving later. Throws {@link TransientError}. */
  release(orderId: string, trace: Trace): Promise<Reservation>;
}

export interface Trace {
  readonly correlationId: string;
}

export class OutOfStock extends DomainError {
  override readonly name = 'OutOfStock';

  constructor(readonly shortages: readonly unknown[] = []) {
    super('OUT_OF_STOCK', 'Not every item is in stock');
  }
}

/** stock-service will not do it, now or later: the hold was released, has expired or does not exist. */
export class StockRefusal extends DomainError {
  override readonly name = 'StockRefusal';

  constructor(code: string, status: number, detail: string) {
    super(code, `stock-service answered ${status}: ${detail}`);
  }
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly unknown[];
}

export class HttpStockClient implements StockPort {
  constructor(private readonly baseUrl: string) {}

  reserve(
    order: { orderId: string; items: readonly StockLine[]; ttlSeconds: number },
    trace: Trace,
  ): Promise<Reservation> {
    return this.post('/reservations', order, trace);
  }

  commit(orderId: string, trace: Trace): Promise<Reservation> {
    return this.post(`/reservations/${encodeURIComponent(orderId)}/commit`, {}, trace);
  }

  release(orderId: string, trace: Trace): Promise<Reservation> {
    return this.post(`/reservations/${encodeURIComponent(orderId)}/release`, {}, trace);
  }

  private async post(path: string, body: object, { correlationId }: Trace): Promise<Reservation> {
    const response = await this.send(path, body, { 'x-correlation-id': correlationId });
    if (response.status < 300) return JSON.parse(response.text) as Reservation;
    throw refusal(response.status, response.text);
  }

  private async send(path: string, body: object, headers: Record<string, string>): Promise<HttpAnswer> {
    try {
      return await postJson(`${this.baseUrl}${path}`, body, { headers, timeoutMs: requestTimeout });
    } catch (error) {
      throw new TransientError('STOCK_UNREACHABLE', 'stock-service did not answer', { cause: error });
    }
  }
}

function refusal(status: number, text: string): DomainError {
  const problem = parseProblem(text);
  if (status === 409 && problem.code === 'OUT_OF_STOCK') return new OutOfStock(problem.errors);
  if (status === 408 || status === 429 || status >= 500) {
    return new TransientError('STOCK_UNAVAILABLE', `stock-service answered ${status}`);
  }
  return new StockRefusal(problem.code ?? 'STOCK_REFUSED', status, problem.detail ?? text.slice(0, 200));
}

function parseProblem(text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    return {};
  }
}
