import { createHash } from 'node:crypto';
import { createEvent, type DomainEvent, type OrderRecord } from '@yorozu/events';
import { v7 as uuidv7 } from 'uuid';
import { UnauthenticatedError } from '../../platform/errors';
import { hasExpired } from '../cart/checkout';
import { nameIn, type Product } from '../product/product';
import type { User } from '../user/user';
import {
  CheckoutExpiredError,
  IdempotencyKeyReusedError,
  PriceChangedError,
  UnknownProductsError,
} from './errors';
import type { PlaceOrderInput } from './order.schemas';

/** The answer to an accepted order, stored with its idempotency key. */
export interface AcceptedOrder {
  readonly orderId: string;
  readonly status: 'pending';
  readonly totalAmount: number;
  readonly currency: string;
}

/** What one key stands for: the first order that came with it. */
export interface IdempotencyRecord {
  readonly requestHash: string;
  readonly response: AcceptedOrder;
}

/** What the order needs and its event does not carry: it would lie in queues, archives and executions for weeks. */
export interface PersonalPart {
  readonly shippingAddress: Readonly<Record<string, string>>;
  readonly customer: OrderRecord['customer'];
  readonly paymentToken: string;
}

export interface NewOrder {
  readonly userId: string;
  readonly key: string;
  readonly record: IdempotencyRecord;
  readonly event: DomainEvent<'OrderCreated'>;
  readonly personal: PersonalPart;
}

export interface PlaceOrderDeps {
  readonly products: { findMany(ids: readonly string[]): Promise<ReadonlyMap<string, Product>> };
  readonly users: { findRecent(id: string): Promise<User | undefined> };
  readonly intake: {
    /** Writes record, intake and event in one transaction unless the key is taken; returns what the key stands for now. */
    accept(order: NewOrder): Promise<IdempotencyRecord>;
    find(userId: string, key: string): Promise<IdempotencyRecord | undefined>;
  };
}

export interface PlaceOrderRequest {
  readonly userId: string;
  readonly key: string;
  readonly input: PlaceOrderInput;
  readonly correlationId: string;
}

/**
 * Accepts an order at the catalogue's prices. The same key and body give the answer of the first time, whatever became of
 * prices since; the same key with another body throws {@link IdempotencyKeyReusedError}. Also throws
 * {@link CheckoutExpiredError}, {@link PriceChangedError} and {@link UnknownProductsError}. Whether there is stock is
 * decided by the saga.
 */
export async function placeOrder(request: PlaceOrderRequest, deps: PlaceOrderDeps): Promise<AcceptedOrder> {
  const { userId, key, input } = request;
  const requestHash = hashOf(input);
  const [products, buyer] = await Promise.all([
    deps.products.findMany(input.items.map((item) => item.productId)),
    deps.users.findRecent(userId),
  ]);
  if (buyer === undefined) throw new UnauthenticatedError('The account no longer exists', 'invalid_token');
  let record: IdempotencyRecord | undefined;
  try {
    record = await deps.intake.accept(newOrder(request, requestHash, products, buyer));
  } catch (error) {
    // Refused today, but perhaps accepted before: a retry must get its first answer.
    record = isRefusal(error) ? await deps.intake.find(userId, key) : undefined;
    if (record === undefined) throw error;
  }
  if (record.requestHash !== requestHash) throw new IdempotencyKeyReusedError(record.response.orderId);
  return record.response;
}

function isRefusal(error: unknown): boolean {
  return [CheckoutExpiredError, PriceChangedError, UnknownProductsError].some(
    (refusal) => error instanceof refusal,
  );
}

function newOrder(
  { userId, key, input, correlationId }: PlaceOrderRequest,
  requestHash: string,
  products: ReadonlyMap<string, Product>,
  buyer: User,
): NewOrder {
  if (hasExpired(key)) throw new CheckoutExpiredError();
  const unknown = input.items.flatMap((item, index) => (products.has(item.productId) ? [] : [index]));
  if (unknown.length > 0) throw new UnknownProductsError(unknown);
  const items = input.items.map(({ productId, quantity }) => {
    const product = products.get(productId) as Product;
    return { productId, productName: nameIn(buyer.locale, product), quantity, price: product.price };
  });
  const totalAmount = items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  if (input.expectedTotal !== undefined && input.expectedTotal !== totalAmount) {
    throw new PriceChangedError(input.expectedTotal, totalAmount);
  }
  const orderId = uuidv7();
  const currency = 'JPY';
  const { line2, ...address } = input.shippingAddress;
  const event = createEvent(
    'OrderCreated',
    { orderId, userId, items, totalAmount, currency },
    { correlationId },
  );
  return {
    userId,
    key,
    record: { requestHash, response: { orderId, status: 'pending', totalAmount, currency } },
    event,
    personal: {
      shippingAddress: { ...address, ...(line2 !== undefined && { line2 }) },
      customer: { email: buyer.email, name: buyer.name, locale: buyer.locale },
      paymentToken: input.payment.token,
    },
  };
}

/** The schema fixes the order of members, so equal requests give equal text. */
function hashOf(input: PlaceOrderInput): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('base64url');
}
