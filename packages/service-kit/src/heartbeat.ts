/** What is needed of a client of ioredis, subscribed or not. */
export interface Beating {
  readonly status: string;
  ping(): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
}

const intervalMs = 2_000;
const patienceMs = 1_500;

/**
 * Asks a Redis connection every two seconds whether it lives, and makes it connect anew when it stays silent. A network
 * that drops packets never says so: a subscriber would wait for ever, and every command would run into its time-out.
 * Answers the function that ends it.
 */
export function startHeartbeat(redis: Beating): () => void {
  let connecting = 0;
  let asking = false;
  const timer = setInterval(() => {
    // `connect`: the socket is open, but the server has not said yet that it is ready.
    connecting = redis.status === 'connect' ? connecting + 1 : 0;
    if (connecting > 2) redis.disconnect(true);
    if (redis.status !== 'ready' || asking) return;
    asking = true;
    void answers(redis)
      .then((alive) => !alive && redis.status === 'ready' && redis.disconnect(true))
      .finally(() => (asking = false));
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function answers(redis: Beating): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  const pong = redis.ping().then(
    () => true,
    () => false,
  );
  const alive = await Promise.race([pong, late]);
  clearTimeout(timer);
  return alive;
}
