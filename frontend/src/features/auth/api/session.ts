import { z } from 'zod';

const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
});
export type User = z.infer<typeof userSchema>;

/** What sign-in, sign-up and refresh answer. */
export const sessionSchema = z.object({ user: userSchema, accessToken: z.string(), expiresIn: z.number() });
export type SessionAnswer = z.infer<typeof sessionSchema>;

let last: Promise<unknown> = Promise.resolve();

/** The refresh cookie changes with each use, so everything that uses it takes turns, in all tabs where locks are known. */
export function exclusively<T>(task: () => Promise<T>): Promise<T> {
  if ('locks' in navigator) return navigator.locks.request('yorozu.session', task);
  const turn = last.then(task, task);
  last = turn.catch(() => undefined);
  return turn;
}
