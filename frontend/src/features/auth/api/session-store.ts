import { z } from 'zod';
import { create } from 'zustand';
import { api, ApiError, provideSession, type Credential } from '../../../lib/api-client';
import { guest, identify } from '../../../lib/identity';
import { kept } from '../../../lib/storage';
import { Persistent } from './persistent';
import { exclusively, sessionSchema, type SessionAnswer, type User } from './session';
import { onOtherTab, tellOtherTabs } from './session-channel';

interface SessionState {
  /** `unknown` until the refresh cookie has been tried. */
  readonly status: 'unknown' | 'guest' | 'signed-in';
  readonly user: User | undefined;
  /** Held in memory only: a script of another origin or a copied storage does not have it. */
  readonly accessToken: string | undefined;
  /** Why the shop could not say who is here. It is asked again by itself. */
  readonly trouble: unknown;
  /** A sign-out that the shop has not heard of yet: done here, and tried again there until it is. */
  readonly logoutPending: boolean;
  readonly restore: () => Promise<void>;
  readonly login: (input: { email: string; password: string }) => Promise<void>;
  readonly register: (input: { email: string; password: string; name: string }) => Promise<void>;
  /** Everything personal is gone from here at once. Rejects when the shop could not be told yet. */
  readonly logout: () => Promise<void>;
}

/** Whether a refresh cookie may be there: guests need not ask. */
const hint = kept('localStorage', 'yorozu.signed-in', z.literal(1));
const pendingLogout = kept('localStorage', 'yorozu.signing-out', z.literal(1));

const nobody = { user: undefined, accessToken: undefined } as const;

export const useSessionStore = create<SessionState>((set, get) => {
  const accept = ({ user, accessToken }: SessionAnswer): void => {
    hint.write(1);
    set({ status: 'signed-in', user, accessToken });
    identify(user.id);
  };
  const forget = (): void => {
    hint.remove();
    set({ status: 'guest', ...nobody });
    identify(guest);
  };

  const current = (): Credential | undefined => {
    const { user, accessToken } = get();
    return user && accessToken !== undefined ? { userId: user.id, token: accessToken } : undefined;
  };

  // Only a 401 ends a session; no answer, a busy or a broken shop leave everything as it was.
  const refresh = new Persistent(
    () =>
      exclusively(async () => {
        const answer = pendingLogout.read() ? undefined : await renewedSession();
        // Who signs out while the answer is on its way is out.
        if (answer && !pendingLogout.read()) accept(answer);
        else forget();
      }),
    (trouble) => set({ trouble }),
  );

  const deliverLogout = new Persistent(
    () => exclusively(sendLogout),
    (trouble) => set({ logoutPending: trouble !== undefined }),
  );

  const signIn = (call: 'login' | 'register', input: object): Promise<void> =>
    exclusively(async () => {
      // The last user's session is ended first, while its cookie is still there.
      await sendLogout().catch(() => undefined);
      const answer = await cookieCall(call, sessionSchema, input);
      pendingLogout.remove();
      deliverLogout.settle();
      refresh.settle();
      accept(answer);
      tellOtherTabs({ type: 'signed-in', userId: answer.user.id });
    });

  const restore = async (): Promise<void> => {
    if (pendingLogout.read()) {
      forget();
      deliverLogout.now().catch(() => undefined);
    } else if (hint.read()) await refresh.now();
    else forget();
  };

  provideSession({
    current,
    credential: async () => {
      if (get().status === 'unknown') await restore();
      return current();
    },
    renew: async (refused) => {
      if (current()?.token === refused.token) await refresh.now();
      const renewed = current();
      if (renewed && renewed.userId !== refused.userId) throw sessionChanged();
      return renewed;
    },
  });

  onOtherTab((message) => {
    refresh.settle();
    if (message.type === 'signed-out') return forget();
    if (get().user?.id === message.userId) return;
    hint.write(1);
    set({ status: 'unknown', ...nobody });
    identify(undefined);
    refresh.now().catch(() => undefined);
  });

  return {
    status: 'unknown',
    ...nobody,
    trouble: undefined,
    logoutPending: false,
    restore,
    login: (input) => signIn('login', input),
    register: (input) => signIn('register', input),
    logout: () => {
      pendingLogout.write(1);
      refresh.settle();
      forget();
      tellOtherTabs({ type: 'signed-out' });
      return deliverLogout.now();
    },
  };
});

/** Undefined when the cookie's session has ended. */
async function renewedSession(): Promise<SessionAnswer | undefined> {
  try {
    return await cookieCall('refresh', sessionSchema);
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/** Ends the session of the cookie, if that is still to be done. */
async function sendLogout(): Promise<void> {
  if (!pendingLogout.read()) return;
  try {
    await cookieCall('logout', z.unknown());
  } catch (error) {
    // There is no session to end any more.
    if (!isRefused(error)) throw error;
  }
  pendingLogout.remove();
}

function cookieCall<T>(call: string, schema: z.ZodType<T>, body: object = {}): Promise<T> {
  return api(`/api/auth/${call}`, schema, { method: 'POST', body, audience: 'cookie' });
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

function sessionChanged(): ApiError {
  return new ApiError({ status: 401, code: 'SESSION_CHANGED', title: 'Somebody else has signed in' });
}
