import type { AccessTokenIssuer } from '@yorozu/lambda-shared/auth/access-token';
import { InvalidCredentials, TooManyAttempts } from '@yorozu/lambda-shared/auth/errors';
import type { SignedIn } from '@yorozu/lambda-shared/auth/session-answer';
import type { Sessions } from '@yorozu/lambda-shared/auth/sessions';
import type { UserReader } from '@yorozu/lambda-shared/auth/users';
import { text } from '@yorozu/service-kit/text';
import * as z from 'zod';

export const credentials = z.object({
  email: text(1, 254),
  password: z.string().min(1).max(200),
});

export interface LoginFailures {
  /** Seconds until the address may be tried again; 0 when it may now. */
  blockedFor(email: string): Promise<number>;
  /** Counts one failure. */
  record(email: string): Promise<void>;
  /** Forgets the failures after a success. */
  clear(email: string): Promise<void>;
}

export interface LoginDeps {
  readonly users: Pick<UserReader, 'findByEmail'>;
  readonly failures: LoginFailures;
  /** Takes the same time whether there is a hash or not. */
  readonly verify: (password: string, hash: string | undefined) => Promise<boolean>;
  readonly sessions: Pick<Sessions, 'open'>;
  readonly tokens: AccessTokenIssuer;
}

/**
 * Signs a shopper in. An unknown address is answered like a wrong password, after the same work; failures are counted
 * by address, known or not. Throws InvalidCredentials, TooManyAttempts.
 */
export async function login(
  { email, password }: z.infer<typeof credentials>,
  deps: LoginDeps,
): Promise<SignedIn> {
  const [blockedFor, found] = await Promise.all([
    deps.failures.blockedFor(email),
    deps.users.findByEmail(email),
  ]);
  if (blockedFor > 0) throw new TooManyAttempts(blockedFor);
  const matches = await deps.verify(password, found?.passwordHash);
  if (!found || !matches) {
    await deps.failures.record(email);
    throw new InvalidCredentials();
  }
  const { user } = found;
  const [accessToken, refreshToken] = await Promise.all([
    deps.tokens.issue(user),
    deps.sessions.open(user.id),
    deps.failures.clear(email),
  ]);
  return { user, accessToken, refreshToken };
}
