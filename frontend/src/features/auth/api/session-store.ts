import { z } from 'zod';
import { create } from 'zustand';
import { api, provideSession } from '../../../lib/api-client';

const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
});
export type User = z.infer<typeof userSchema>;
const sessionSchema = z.object({ user: userSchema, accessToken: z.string(), expiresIn: z.number() });

interface SessionState {
  /** `unknown` until the refresh cookie has been tried. */
  readonly status: 'unknown' | 'guest' | 'signed-in';
  readonly user: User | undefined;
  /** Held in memory only: a script of another origin or a copied storage does not have it. */
  readonly accessToken: string | undefined;
  readonly restore: () => Promise<void>;
  readonly login: (input: { email: string; password: string }) => Promise<void>;
  readonly register: (input: { email: string; password: string; name: string }) => Promise<void>;
  readonly logout: () => Promise<void>;
}

let known: () => void = () => undefined;
const whoIsHere = new Promise<void>((resolve) => (known = resolve));

const hint = 'yorozu.signed-in';
let refreshing: Promise<boolean> | undefined;

export const useSessionStore = create<SessionState>((set, get) => {
  const accept = (session: z.infer<typeof sessionSchema>): void => {
    localStorage.setItem(hint, '1');
    set({ status: 'signed-in', user: session.user, accessToken: session.accessToken });
  };
  const forget = (): void => {
    localStorage.removeItem(hint);
    set({ status: 'guest', user: undefined, accessToken: undefined });
  };
  const refreshOnce = async (): Promise<boolean> => {
    set({ accessToken: undefined });
    try {
      accept(await api('/api/auth/refresh', sessionSchema, { method: 'POST', beforeSession: true }));
      return true;
    } catch {
      forget();
      return false;
    }
  };
  // A refresh token works once, so tabs take turns and requests of one tab share the answer.
  const exclusively = (): Promise<boolean> =>
    'locks' in navigator ? navigator.locks.request('yorozu.refresh', refreshOnce) : refreshOnce();
  const refresh = (): Promise<boolean> =>
    (refreshing ??= exclusively().finally(() => (refreshing = undefined)));
  provideSession({ ready: () => whoIsHere, token: () => get().accessToken, refresh });

  return {
    status: 'unknown',
    user: undefined,
    accessToken: undefined,
    restore: async () => {
      if (localStorage.getItem(hint)) await refresh();
      else forget();
      known();
    },
    login: async (input) =>
      accept(await api('/api/auth/login', sessionSchema, { method: 'POST', body: input })),
    register: async (input) =>
      accept(await api('/api/auth/register', sessionSchema, { method: 'POST', body: input })),
    logout: async () => {
      await api('/api/auth/logout', z.unknown(), { method: 'POST' }).finally(forget);
    },
  };
});
