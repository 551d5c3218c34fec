import { parseEnvelope, type EventEnvelope, type OrderStatusChanged } from '@yorozu/events';
import type { FailedRecord, QueueRecord } from '@yorozu/lambda-shared/sqs';

export interface Audience {
  /** Connections of a user. */
  ofUser(userId: string): Promise<readonly string[]>;
  /** Connections that watch a product. */
  ofProduct(productId: string): Promise<readonly string[]>;
  /** Forgets connections that have gone. */
  forget(connectionIds: readonly string[]): Promise<void>;
}

export interface NotifyDeps {
  readonly audience: Audience;
  readonly clients: {
    /** False when the connection has gone. */
    post(connectionId: string, data: Uint8Array): Promise<boolean>;
  };
}

type Frame = Uint8Array;
interface Delivery {
  readonly messageIds: readonly string[];
  readonly connections: () => Promise<readonly string[]>;
  readonly frames: readonly Frame[];
}

/**
 * Pushes order steps to the connections of their owner: one look-up per user and batch, each connection gets the
 * frames in the order of the steps. Answers the records that must come again.
 */
export async function notifyOrderSteps(
  records: readonly QueueRecord[],
  deps: NotifyDeps,
): Promise<FailedRecord[]> {
  const failed: FailedRecord[] = [];
  const byUser = new Map<string, { messageId: string; step: OrderStatusChanged }[]>();
  for (const { messageId, body } of records) {
    try {
      const envelope = parseEnvelope(body, ['OrderStatusChanged']);
      if (isReplayed(envelope)) continue;
      const { detail } = envelope;
      byUser.set(detail.userId, [...(byUser.get(detail.userId) ?? []), { messageId, step: detail }]);
    } catch (error) {
      failed.push({ messageId, error });
    }
  }
  const deliveries = [...byUser].map(([userId, steps]) => ({
    messageIds: steps.map(({ messageId }) => messageId),
    connections: () => deps.audience.ofUser(userId),
    frames: steps
      .toSorted((a, b) => a.step.event.at.localeCompare(b.step.event.at))
      .map(({ step: { orderId, status, event } }) =>
        encode('ORDER_STATUS_UPDATE', { orderId, status, event }),
      ),
  }));
  return [...failed, ...(await deliver(deliveries, deps))];
}

/**
 * Pushes the newest availability of each product of the batch to the connections that watch it. Batches may overtake
 * each other, so a frame carries the version of the stock's row: whoever has a higher one ignores it.
 */
export async function notifyStock(
  records: readonly QueueRecord[],
  deps: NotifyDeps,
): Promise<FailedRecord[]> {
  const failed: FailedRecord[] = [];
  const newest = new Map<string, { version: number; available: number; messageIds: string[] }>();
  for (const { messageId, body } of records) {
    try {
      const envelope = parseEnvelope(body, ['StockReserved', 'StockReleased', 'StockUpdated']);
      // An event of schema 1.0 has no version and would be taken for the newest by whoever has none either.
      if (isReplayed(envelope) || envelope.detail.version === undefined) continue;
      const { productId, version, available } = envelope.detail;
      const before = newest.get(productId);
      const messageIds = [...(before?.messageIds ?? []), messageId];
      newest.set(
        productId,
        before && before.version > version ? { ...before, messageIds } : { version, available, messageIds },
      );
    } catch (error) {
      failed.push({ messageId, error });
    }
  }
  const deliveries = [...newest].map(([productId, { available, version, messageIds }]) => ({
    messageIds,
    connections: () => deps.audience.ofProduct(productId),
    frames: [encode('STOCK_UPDATE', { productId, available, version })],
  }));
  return [...failed, ...(await deliver(deliveries, deps))];
}

/** A replay mends what is stored; a browser has seen it, or reads how it is now. */
function isReplayed(envelope: EventEnvelope): boolean {
  return envelope['replay-name'] !== undefined;
}

function encode(type: string, data: object): Frame {
  return Buffer.from(JSON.stringify({ type, data }));
}

/** A client that could not be reached catches up from the API when it reconnects; only a failed look-up is retried. */
async function deliver(deliveries: readonly Delivery[], deps: NotifyDeps): Promise<FailedRecord[]> {
  const failed: FailedRecord[] = [];
  await Promise.all(
    deliveries.map(async ({ messageIds, connections, frames }) => {
      try {
        const ids = await connections();
        const gone = await postToAll(ids, frames, deps);
        if (gone.length === 0) return;
        await deps.audience.forget(gone);
        // Where one has gone, another may have come in its place since the audience was looked up.
        const come = (await connections()).filter((id) => !ids.includes(id));
        const goneToo = await postToAll(come, frames, deps);
        if (goneToo.length > 0) await deps.audience.forget(goneToo);
      } catch (error) {
        failed.push(...messageIds.map((messageId) => ({ messageId, error })));
      }
    }),
  );
  return failed;
}

/** Answers the connections that have gone. */
async function postToAll(
  ids: readonly string[],
  frames: readonly Frame[],
  deps: NotifyDeps,
): Promise<string[]> {
  const alive = await Promise.all(ids.map((id) => postAll(id, frames, deps)));
  return ids.filter((_, i) => !alive[i]);
}

async function postAll(connectionId: string, frames: readonly Frame[], deps: NotifyDeps): Promise<boolean> {
  for (const frame of frames) if (!(await deps.clients.post(connectionId, frame))) return false;
  return true;
}
