import * as z from 'zod';

/** Products one connection may watch at a time. */
const mostWatched = 50;

export interface Connections {
  /** Remembers whose connection it is, until it closes or API Gateway's two hours are over. */
  open(connectionId: string, userId: string): Promise<void>;
  /** Forgets the connection and what it watches. */
  close(connectionId: string): Promise<void>;
  /** Replaces the set of products the connection watches. */
  watch(connectionId: string, productIds: readonly string[]): Promise<void>;
}

export interface Client {
  send(connectionId: string, frame: object): Promise<void>;
}

const message = z.discriminatedUnion('action', [
  z.object({ action: z.literal('ping') }),
  z.object({ action: z.literal('watch'), productIds: z.array(z.guid()).max(mostWatched) }),
]);

/** What a client sent: `watch`, `ping`, or anything else, which is answered with an error frame and changes nothing. */
export async function receive(
  connectionId: string,
  body: string,
  deps: { connections: Pick<Connections, 'watch'>; client: Client },
): Promise<void> {
  const parsed = message.safeParse(parseJson(body));
  if (!parsed.success) {
    const frame = { type: 'ERROR', data: { code: 'UNKNOWN_ACTION', message: z.prettifyError(parsed.error) } };
    return deps.client.send(connectionId, frame);
  }
  if (parsed.data.action === 'ping') return deps.client.send(connectionId, { type: 'PONG' });
  const productIds = [...new Set(parsed.data.productIds.map((id) => id.toLowerCase()))];
  await deps.connections.watch(connectionId, productIds);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
