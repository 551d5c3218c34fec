import type { AccessTokenIssuer } from '@yorozu/lambda-shared/auth/access-token';
import { InvalidCredentials, TooManyAttempts } from '@yorozu/lambda-shared/auth/errors';
import type { Devices } from '@yorozu/lambda-shared/auth/device';
import { passwordInput } from '@yorozu/lambda-shared/auth/password';
import type { SignedIn } from '@yorozu/lambda-shared/auth/session-answer';
import type { Sessions } from '@yorozu/lambda-shared/auth/sessions';
import type { UserReader } from '@yorozu/lambda-shared/auth/users';
import { text } from '@yorozu/service-kit/text';
import * as z from 'zod';
import type { Attempts } from './attempts';

export const credentials = z.object({
  /** What older accounts may have been opened with, not only what `emailAddress` takes. */
  email: text(1, 254),
  password: passwordInput,
});

export interface LoginDeps {
  readonly users: Pick<UserReader, 'findByEmail'>;
  readonly attempts: Attempts;
  readonly devices: Devices;
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
  caller: { client: string; cookies: ReadonlyMap<string, string> },
  deps: LoginDeps,
): Promise<SignedIn> {
  const device = await deps.devices.recognise(email, caller.cookies);
  const attempt = { email, client: caller.client, device };
  const wait = await deps.attempts.begin(attempt);
  if (wait > 0) throw new TooManyAttempts(wait);
  try {
    const signedIn = await signIn(email, password, deps);
    await deps.attempts.succeed(attempt);
    return signedIn;
  } catch (error) {
    // Whoever meets an outage has guessed nothing. The outage is what the caller should hear of, not the failed undo.
    if (!(error instanceof InvalidCredentials)) await deps.attempts.undo(attempt).catch(() => undefined);
    throw error;
  }
}

async function signIn(email: string, password: string, deps: LoginDeps): Promise<SignedIn> {
  const found = await deps.users.findByEmail(email);
  const matches = await deps.verify(password, found?.passwordHash);
  if (!found || !matches) throw new InvalidCredentials();
  const { user } = found;
  const session = await deps.sessions.open(user.id);
  const [accessToken, deviceCookie] = await Promise.all([
    deps.tokens.issue(user, session.id),
    deps.devices.remember(email),
  ]);
  return { user, accessToken, refreshToken: session.token, deviceCookie };
}
