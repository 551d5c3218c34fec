import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { OrderRecord, PaymentRecord } from '@yorozu/events';
import pg from 'pg';
import type { Endpoints } from '../start/state';

/** The invariants of docs/architecture.md that the stores can tell. Returns what is violated, in words. */
export async function checkInvariants(endpoints: Endpoints, orderIds: readonly string[]): Promise<string[]> {
  const wanted = new Set(orderIds);
  const orders = (await scan<OrderRecord>(endpoints, 'ecommerce-orders')).filter((order) =>
    wanted.has(order.order_id),
  );
  const payments = (await scan<PaymentRecord>(endpoints, 'ecommerce-payments')).filter((payment) =>
    wanted.has(payment.order_id),
  );
  const mails = await sentMails(endpoints);
  return [
    ...everyOrderEnded(orders, wanted),
    ...moneyAddsUp(orders, payments),
    ...(await stockAddsUp(endpoints, orders)),
    ...notifiedOnce(mails, orders),
  ];
}

/** I1 and I5: nothing accepted is lost or left in the middle. */
function everyOrderEnded(orders: readonly OrderRecord[], wanted: ReadonlySet<string>): string[] {
  const found = new Set(orders.map((order) => order.order_id));
  const lost = [...wanted].filter((id) => !found.has(id));
  const open = orders.filter((order) => !['completed', 'failed', 'cancelled'].includes(order.status));
  return [
    ...lost.map((id) => `I5: order ${id} was accepted and is nowhere`),
    ...open.map((order) => `I1: order ${order.order_id} is still ${order.status}`),
  ];
}

/** I2: what was captured and not given back is what the completed orders cost. */
function moneyAddsUp(orders: readonly OrderRecord[], payments: readonly PaymentRecord[]): string[] {
  const completed = orders.filter((order) => order.status === 'completed');
  const captured = payments.filter((payment) => payment.state === 'captured');
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  const violations: string[] = [];
  const kept = sum(captured.map((payment) => payment.amount));
  const sold = sum(completed.map((order) => order.total_amount));
  if (kept !== sold) violations.push(`I2: ${kept} yen are captured, completed orders cost ${sold}`);
  const paid = new Map(captured.map((payment) => [payment.order_id, payment.amount]));
  for (const order of completed) {
    if (paid.get(order.order_id) !== order.total_amount)
      violations.push(`I2: completed order ${order.order_id} is not paid exactly`);
  }
  return violations;
}

/** I3: initial + received - sold = quantity, reserved = open holds. */
async function stockAddsUp(endpoints: Endpoints, orders: readonly OrderRecord[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: endpoints.postgres });
  await client.connect();
  try {
    const { rows } = await client.query<{
      product_id: string;
      quantity: number;
      reserved: number;
      received: string;
      sold: string;
      held: string;
    }>(
      `select s.product_id, s.quantity, s.reserved,
              coalesce((select sum(quantity) from stock_receipts r where r.product_id = s.product_id), 0) as received,
              coalesce((select sum(quantity) from stock_reservations r where r.product_id = s.product_id and state = 'committed'), 0) as sold,
              coalesce((select sum(quantity) from stock_reservations r where r.product_id = s.product_id and state = 'held'), 0) as held
       from stock s`,
    );
    const violations = rows.flatMap((row) => {
      const found: string[] = [];
      if (Number(row.received) - Number(row.sold) !== row.quantity)
        found.push(
          `I3: product ${row.product_id}: ${row.received} received - ${row.sold} sold is not ${row.quantity}`,
        );
      if (Number(row.held) !== row.reserved)
        found.push(`I3: product ${row.product_id}: ${row.reserved} reserved, ${row.held} held`);
      if (row.quantity < 0 || row.reserved < 0 || row.reserved > row.quantity)
        found.push(`I3: product ${row.product_id}: ${row.reserved} of ${row.quantity} reserved`);
      return found;
    });
    const { rows: reserved } = await client.query<{ order_id: string; state: string }>(
      'select distinct order_id, state from stock_reservations',
    );
    const states = new Map(reserved.map((row) => [row.order_id, row.state]));
    for (const order of orders) {
      const state = states.get(order.order_id);
      if (order.status === 'completed' && state !== 'committed')
        violations.push(`I3: completed order ${order.order_id} has stock ${state ?? 'unknown'}`);
      if (order.status !== 'completed' && (state === 'held' || state === 'committed'))
        violations.push(`I3: ${order.status} order ${order.order_id} keeps stock ${state}`);
    }
    return violations;
  } finally {
    await client.end();
  }
}

export interface Mail {
  readonly to: readonly string[] | string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
}

/** Every mail of the local mailbox. */
export async function sentMails(endpoints: Endpoints): Promise<Mail[]> {
  const response = await fetch(`${endpoints.aws}/_local/mailbox?limit=100000`);
  const body = (await response.json()) as Mail[] | { messages: Mail[] };
  return Array.isArray(body) ? body : body.messages;
}

/** I4: one mail of a kind (its subject names kind and order) at most. */
function notifiedOnce(mails: readonly Mail[], orders: readonly OrderRecord[]): string[] {
  const ids = new Set(orders.map((order) => order.order_id));
  const counts = new Map<string, number>();
  for (const mail of mails) {
    const id = (/[0-9a-f]{8}-[0-9a-f-]{27}/.exec(`${mail.text ?? ''} ${mail.html ?? ''}`) ?? [])[0];
    if (!id || !ids.has(id)) continue;
    const key = `${id} "${mail.subject}"`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([key, count]) => `I4: ${count} mails for order ${key}`);
}

async function scan<T>(endpoints: Endpoints, table: string): Promise<T[]> {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'ap-northeast-1',
      endpoint: endpoints.aws,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  );
  const items: T[] = [];
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true }))
    items.push(...((page.Items ?? []) as T[]));
  client.destroy();
  return items;
}
