import { Inject, Injectable } from '@nestjs/common';
import { ProductRepository } from '../product/product.repository';
import { UserRepository } from '../user/user.repository';
import { AfterAcceptance } from './after-acceptance';
import { cancelOrder, type CancelRequested } from './cancel-order';
import { OrderNotFoundError } from './errors';
import { orderOfIntake, orderOfRecord, type Order } from './order';
import { OrderIntakeRepository } from './order-intake.repository';
import { OrderRepository } from './order.repository';
import type { OrderListQuery } from './order.schemas';
import { PaymentRepository } from './payment.repository';
import { placeOrder, type AcceptedOrder, type PlaceOrderRequest } from './place-order';

export interface OrderPage {
  readonly items: readonly Order[];
  readonly nextCursor: string | null;
}

/** A user's orders. Those that order-processor has not written yet are read from their intake, so none is ever missing. */
@Injectable()
export class OrderService {
  constructor(
    @Inject(ProductRepository) private readonly products: Pick<ProductRepository, 'findMany'>,
    @Inject(UserRepository) private readonly users: Pick<UserRepository, 'findRecent'>,
    @Inject(OrderIntakeRepository)
    private readonly intake: Pick<OrderIntakeRepository, 'accept' | 'find' | 'findIntake' | 'listIntakes'>,
    @Inject(OrderRepository) private readonly orders: Pick<OrderRepository, 'find' | 'list'>,
    @Inject(PaymentRepository) private readonly payments: Pick<PaymentRepository, 'cancel'>,
    @Inject(AfterAcceptance) private readonly afterAcceptance: Pick<AfterAcceptance, 'tidy'>,
  ) {}

  async place(request: PlaceOrderRequest): Promise<AcceptedOrder> {
    const { products, users, intake } = this;
    const accepted = await placeOrder(request, { products, users, intake });
    this.afterAcceptance.tidy(request);
    return accepted;
  }

  /** Throws {@link OrderNotFoundError}, also for another user's order. */
  async get(userId: string, orderId: string): Promise<Order> {
    const record = await this.orders.find(userId, orderId);
    if (record !== undefined) return orderOfRecord(record);
    const intake = await this.intake.findIntake(userId, orderId);
    if (intake !== undefined) return orderOfIntake(intake);
    // Written, and its intake forgotten, between the two reads.
    const written = await this.orders.find(userId, orderId);
    if (written === undefined) throw new OrderNotFoundError();
    return orderOfRecord(written);
  }

  async list(userId: string, { limit, cursor }: OrderListQuery): Promise<OrderPage> {
    // One more than shown tells whether there is a next page.
    // Intakes first: one that is forgotten meanwhile has its record by then, so no order falls between the two reads.
    const intakes = await this.intake.listIntakes(userId, limit + 1, cursor);
    const records = await this.orders.list(userId, limit + 1, cursor);
    const orders = new Map<string, Order>(intakes.map((intake) => [intake.orderId, orderOfIntake(intake)]));
    for (const record of records) orders.set(record.order_id, orderOfRecord(record));
    const newestFirst = [...orders.values()].sort((a, b) => (a.orderId < b.orderId ? 1 : -1));
    const items = newestFirst.slice(0, limit);
    const last = items.at(-1);
    const more = newestFirst.length > limit && last !== undefined;
    return { items, nextCursor: more ? Buffer.from(last.orderId).toString('base64url') : null };
  }

  /** Throws {@link OrderNotFoundError} or NotCancellableError. */
  async cancel(userId: string, orderId: string): Promise<CancelRequested> {
    return cancelOrder(await this.get(userId, orderId), userId, { payments: this.payments });
  }
}
