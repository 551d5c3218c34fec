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

/** Whose connection it is, as the authorizer says. */
export interface Owner {
  readonly userId: string;
  readonly sessionId: string | undefined;
}

export interface SessionConnections {
  /** False when the session has ended. */
  join(sessionId: string, connectionId: string): Promise<boolean>;
  leave(sessionId: string, connectionId: string): Promise<void>;
}

interface ConnectionDeps {
  readonly connections: Pick<Connections, 'open' | 'close'>;
  readonly sessions: SessionConnections;
}

/** Lets a client in, unless the session that its ticket was given to has ended since. */
export async function connect(
  connectionId: string,
  { userId, sessionId }: Owner,
  { connections, sessions }: ConnectionDeps,
): Promise<boolean> {
  if (sessionId !== undefined && !(await sessions.join(sessionId, connectionId))) return false;
  await connections.open(connectionId, userId);
  return true;
}

export async function disconnect(
  connectionId: string,
  sessionId: string | undefined,
  { connections, sessions }: ConnectionDeps,
): Promise<void> {
  await connections.close(connectionId);
  if (sessionId !== undefined) await sessions.leave(sessionId, connectionId);
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
