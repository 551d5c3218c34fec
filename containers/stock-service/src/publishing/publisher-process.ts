import { fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import type { EventPublisher } from './event-publisher';

/** The argument that makes the entry file be the publisher. */
export const publisherArgument = 'publisher';

const started = 'started';

/**
 * Runs the publisher in a process of its own, from the same entry file: signing and sending an event costs about as
 * much processor time as applying the reservation it tells of, and must not be taken from reservations.
 * Rejects when it cannot start; `onLost` is told when it ends by itself.
 */
export async function startPublisherProcess(
  entryFile: string,
  onLost: (error: Error) => void,
): Promise<EventPublisher> {
  const child = fork(entryFile, [publisherArgument]);
  const ended = once(child, 'exit').then(
    ([code, signal]) => new Error(`the publisher ended with ${code ?? signal}`),
  );
  const first = await Promise.race([once(child, 'message'), ended]);
  if (first instanceof Error) throw first;
  let stopping = false;
  void ended.then((error) => {
    if (!stopping) onLost(error);
  });
  return {
    stop: async () => {
      stopping = true;
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/**
 * The publisher's side. The channel to the parent is its life line: it closes when the parent stops the publisher and
 * also when the parent is killed. Signals are the parent's affair; a terminal's Ctrl-C reaches both.
 */
export async function servePublisherProcess(start: () => Promise<EventPublisher>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const disconnected = once(process, 'disconnect');
  // Where processors are short, an event may be late; a reservation may not.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const publisher = await start();
  process.send?.(started);
  if (process.connected) await disconnected;
  await publisher.stop();
}
