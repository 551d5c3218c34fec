import { Random } from '../testing/random';
import { DomainError, OutOfStockError } from './errors';
import { planGroup, type LedgerState, type Plan } from './planner';
import {
  canonicalLines,
  type Outcome,
  type Receipt,
  type Reservation,
  type StockLevel,
  type StockRequest,
} from './requests';

const trace = { correlationId: 'test' };
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [apple, pear] = [uuid(1), uuid(2)];

/** What Postgres would hold: applies plans as the transaction does. */
class Store {
  now = 1_000_000;
  levels = new Map<string, StockLevel>();
  reservations = new Map<string, Reservation>();
  releasedOrders = new Set<string>();
  receipts = new Map<string, Receipt>();
  deletedProducts = new Set<string>();

  constructor(stock: Readonly<Record<string, number>>) {
    for (const [id, quantity] of Object.entries(stock)) {
      this.levels.set(id, { quantity, reserved: 0, version: 1 });
      this.receipts.set(`initial:${id}`, { reference: `initial:${id}`, productId: id, quantity });
    }
  }

  apply(...requests: StockRequest[]): Plan {
    const plan = planGroup(this satisfies LedgerState, requests);
    for (const [id, change] of plan.changes) {
      const level = this.levels.get(id);
      this.levels.set(id, {
        quantity: (level?.quantity ?? 0) + change.quantity,
        reserved: (level?.reserved ?? 0) + change.reserved,
        version: (level?.version ?? 0) + change.version,
      });
    }
    for (const reservation of plan.inserted) {
      expect(this.reservations.has(reservation.orderId)).toBe(false);
      this.reservations.set(reservation.orderId, reservation);
    }
    for (const reservation of plan.updated) this.reservations.set(reservation.orderId, reservation);
    for (const orderId of plan.tombstones) {
      expect(this.releasedOrders.has(orderId)).toBe(false);
      this.releasedOrders.add(orderId);
    }
    for (const receipt of plan.receipts) this.receipts.set(receipt.reference, receipt);
    return plan;
  }

  violations(): string[] {
    return [...this.levels].flatMap(([id, { quantity, reserved }]) => {
      const inState = (state: string): number =>
        sum([...this.reservations.values()].filter((r) => r.state === state).map((r) => unitsOf(r, id)));
      const received = sum(
        [...this.receipts.values()].filter((r) => r.productId === id).map((r) => r.quantity),
      );
      const found: string[] = [];
      if (received - inState('committed') !== quantity) found.push(`${id} has ${quantity}`);
      if (inState('held') !== reserved) found.push(`${id} has ${reserved} reserved`);
      if (reserved < 0 || reserved > quantity) found.push(`${id}: ${reserved} of ${quantity} reserved`);
      return found;
    });
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const unitsOf = (reservation: Reservation, productId: string): number =>
  sum(reservation.lines.filter((line) => line.productId === productId).map((line) => line.quantity));

function reserve(order: number, items: Readonly<Record<string, number>>, ttlSeconds = 60): StockRequest {
  const lines = canonicalLines(
    Object.entries(items).map(([productId, quantity]) => ({ productId, quantity })),
  );
  return { kind: 'reserve', orderId: uuid(order), lines, ttlSeconds, trace };
}
const ask = (kind: 'commit' | 'release' | 'release-hold' | 'expire', order: number): StockRequest => ({
  kind,
  orderId: uuid(order),
  trace,
});
const receive = (reference: string, productId: string, quantity: number): StockRequest => ({
  kind: 'receive',
  reference,
  productId,
  quantity,
  trace,
});
const codeOf = (outcome: Outcome | DomainError | undefined): string =>
  outcome instanceof DomainError
    ? outcome.code
    : outcome?.kind === 'reservation'
      ? `${outcome.reservation.state}${outcome.created ? '' : ' again'}`
      : `received${outcome?.created ? '' : ' again'}`;
const codes = (plan: Plan): string[] => plan.outcomes.map(codeOf);

describe('reserve', () => {
  it('gives the last units to those who came first, each seeing what those before it took', () => {
    const store = new Store({ [apple]: 3 });
    const plan = store.apply(
      reserve(1, { [apple]: 2 }),
      reserve(2, { [apple]: 2 }),
      reserve(3, { [apple]: 1 }),
    );
    expect(codes(plan)).toEqual(['held', 'OUT_OF_STOCK', 'held']);
    expect(plan.changes.get(apple)).toEqual({ quantity: 0, reserved: 3, version: 2 });
    expect(plan.movements.map((m) => m.level)).toEqual([
      { quantity: 3, reserved: 2, version: 2 },
      { quantity: 3, reserved: 3, version: 3 },
    ]);
  });

  it('takes all or nothing and names everything that is short', () => {
    const store = new Store({ [apple]: 5, [pear]: 1 });
    const plan = store.apply(reserve(1, { [apple]: 1, [pear]: 2, [uuid(9)]: 1 }));
    const [refusal] = plan.outcomes;
    expect(refusal).toBeInstanceOf(OutOfStockError);
    expect((refusal as OutOfStockError).shortages).toEqual([
      { productId: pear, requested: 2, available: 1 },
      { productId: uuid(9), requested: 1, available: 0 },
    ]);
    expect(plan.changes.size + plan.inserted.length + plan.movements.length).toBe(0);
  });

  it('answers a repetition the same, also within the group, and refuses other items', () => {
    const store = new Store({ [apple]: 5 });
    const first = reserve(1, { [apple]: 2 });
    expect(codes(store.apply(first, first))).toEqual(['held', 'held again']);
    expect(codes(store.apply(first, reserve(1, { [apple]: 3 })))).toEqual([
      'held again',
      'RESERVATION_MISMATCH',
    ]);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 5, reserved: 2 });
  });

  it('refuses an order that was released, before or after it reserved', () => {
    const store = new Store({ [apple]: 5 });
    expect(codes(store.apply(ask('release', 1), reserve(1, { [apple]: 1 })))).toEqual([
      'released',
      'RESERVATION_RELEASED',
    ]);
    expect(
      codes(store.apply(reserve(2, { [apple]: 1 }), ask('release', 2), reserve(2, { [apple]: 1 }))),
    ).toEqual(['held', 'released', 'RESERVATION_RELEASED']);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 5, reserved: 0 });
  });
});

describe('commit', () => {
  it('deducts once', () => {
    const store = new Store({ [apple]: 5 });
    store.apply(reserve(1, { [apple]: 2 }));
    expect(codes(store.apply(ask('commit', 1), ask('commit', 1)))).toEqual(['committed', 'committed again']);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 3, reserved: 0 });
  });

  it('refuses an unknown order, a released one and one whose time is over, swept or not', () => {
    const store = new Store({ [apple]: 5 });
    store.apply(
      reserve(1, { [apple]: 1 }),
      ask('release', 1),
      reserve(2, { [apple]: 1 }, 1),
      ask('release', 3),
    );
    store.now += 1_000;
    expect(
      codes(store.apply(ask('commit', 9), ask('commit', 1), ask('commit', 2), ask('commit', 3))),
    ).toEqual([
      'RESERVATION_NOT_FOUND',
      'RESERVATION_RELEASED',
      'RESERVATION_EXPIRED',
      'RESERVATION_RELEASED',
    ]);
    store.apply(ask('expire', 2));
    expect(codes(store.apply(ask('commit', 2), reserve(2, { [apple]: 1 })))).toEqual([
      'RESERVATION_EXPIRED',
      'RESERVATION_EXPIRED',
    ]);
  });
});

describe('a release by event', () => {
  it('frees a hold, and bars the order as a release by the saga does', () => {
    const store = new Store({ [apple]: 5 });
    store.apply(reserve(1, { [apple]: 2 }));
    expect(
      codes(store.apply(ask('release-hold', 1), ask('release-hold', 1), ask('release-hold', 2))),
    ).toEqual(['released', 'released again', 'released']);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 5, reserved: 0 });
    expect(codes(store.apply(reserve(2, { [apple]: 1 })))).toEqual(['RESERVATION_RELEASED']);
  });

  it('leaves what was sold, also to the repeated commit; the saga can still undo it', () => {
    const store = new Store({ [apple]: 5 });
    store.apply(reserve(1, { [apple]: 2 }), ask('commit', 1));
    const plan = store.apply(ask('release-hold', 1), ask('commit', 1));
    expect(codes(plan)).toEqual(['committed again', 'committed again']);
    expect(plan.movements).toEqual([]);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 3, reserved: 0 });
    expect(codes(store.apply(ask('release', 1)))).toEqual(['released']);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 5, reserved: 0 });
  });
});

describe('compensation', () => {
  it('frees a hold once', () => {
    const store = new Store({ [apple]: 5 });
    store.apply(reserve(1, { [apple]: 2 }));
    const plan = store.apply(ask('release', 1), ask('release', 1));
    expect(codes(plan)).toEqual(['released', 'released again']);
    expect(plan.movements).toHaveLength(1);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 5, reserved: 0 });
  });

  it('puts sold units back when the commit had happened', () => {
    const store = new Store({ [apple]: 5 });
    store.apply(reserve(1, { [apple]: 2 }), ask('commit', 1));
    expect(codes(store.apply(ask('release', 1), ask('release', 1), ask('commit', 1)))).toEqual([
      'released',
      'released again',
      'RESERVATION_RELEASED',
    ]);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 5, reserved: 0 });
    expect(store.violations()).toEqual([]);
  });
});

describe('expire', () => {
  it('ends only a hold that is past its time', () => {
    const store = new Store({ [apple]: 5 });
    store.apply(reserve(1, { [apple]: 2 }, 10), reserve(2, { [apple]: 1 }, 20), ask('commit', 2));
    expect(codes(store.apply(ask('expire', 1)))).toEqual(['held again']);
    store.now += 60_000;
    const plan = store.apply(ask('expire', 1), ask('expire', 1), ask('expire', 2));
    expect(codes(plan)).toEqual(['released', 'released again', 'committed again']);
    expect(plan.movements.map((m) => m.kind)).toEqual(['expired']);
    expect(plan.tombstones).toEqual([]);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 4, reserved: 0 });
  });
});

describe('receive', () => {
  it('books a reference once and serves those who wait behind it', () => {
    const store = new Store({ [apple]: 0 });
    const plan = store.apply(
      reserve(1, { [apple]: 1 }),
      receive('PO-1', apple, 5),
      receive('PO-1', apple, 5),
      receive('PO-1', apple, 6),
      reserve(2, { [apple]: 5 }),
    );
    expect(codes(plan)).toEqual(['OUT_OF_STOCK', 'received', 'received again', 'RECEIPT_MISMATCH', 'held']);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 5, reserved: 5 });
  });

  it('refuses unknown products and levels that do not fit', () => {
    const store = new Store({ [apple]: 2_147_483_647 });
    expect(codes(store.apply(receive('a', uuid(9), 1), receive('b', apple, 1)))).toEqual([
      'PRODUCT_NOT_FOUND',
      'STOCK_LIMIT',
    ]);
  });
});

describe('receiving a product that the catalogue has given up', () => {
  it('is refused, but a receipt that was booked before is answered as before', () => {
    const store = new Store({ [apple]: 0, [pear]: 0 });
    store.apply(receive('PO-1', apple, 5));
    store.deletedProducts.add(apple);
    const plan = store.apply(receive('PO-1', apple, 5), receive('PO-2', apple, 1), receive('PO-3', pear, 1));
    expect(codes(plan)).toEqual(['received again', 'PRODUCT_NOT_FOUND', 'received']);
    expect(store.levels.get(apple)).toMatchObject({ quantity: 5, reserved: 0 });
  });
});

describe('any mix of requests', () => {
  const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

  it.each(seeds)('keeps I3 and decides the same however it is grouped (seed %i)', (seed) => {
    const stock = { [apple]: 12, [pear]: 7, [uuid(3)]: 0 };
    const grouped = new Store(stock);
    const oneByOne = new Store(stock);
    const random = new Random(seed);
    for (let round = 0; round < 25; round += 1) {
      const group = Array.from({ length: 1 + random.below(20) }, () => randomRequest(random));
      const plan = grouped.apply(...group);
      const single = group.map((request) => oneByOne.apply(request));
      expect(codes(plan)).toEqual(single.flatMap(codes));
      expect(plan.movements).toEqual(single.flatMap((p) => p.movements));
      expect(grouped.violations()).toEqual([]);
      const passed = random.below(4_000);
      grouped.now += passed;
      oneByOne.now += passed;
    }
    expect(grouped.levels).toEqual(oneByOne.levels);
    expect(grouped.reservations).toEqual(oneByOne.reservations);
    expect(grouped.releasedOrders).toEqual(oneByOne.releasedOrders);
  });
});

function randomRequest(random: Random): StockRequest {
  const order = 100 + random.below(80);
  const roll = random.below(10);
  if (roll < 4) {
    const products = random.shuffle([apple, pear, uuid(3), uuid(4)]).slice(0, 1 + random.below(3));
    const items = Object.fromEntries(products.map((id) => [id, 1 + random.below(2)]));
    return reserve(order, items, 1 + random.below(20));
  }
  if (roll < 9)
    return ask(random.pick(['commit', 'commit', 'release', 'release-hold', 'expire'] as const), order);
  return receive(`PO-${random.below(30)}`, random.pick([apple, pear, uuid(3), uuid(4)]), 1 + random.below(3));
}
