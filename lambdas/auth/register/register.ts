import { createEvent, type DomainEvent } from '@yorozu/events';
import type { AccessTokenIssuer } from '@yorozu/lambda-shared/auth/access-token';
import type { Devices } from '@yorozu/lambda-shared/auth/device';
import { TooManyRegistrations } from '@yorozu/lambda-shared/auth/errors';
import { assertStrong, passwordInput } from '@yorozu/lambda-shared/auth/password';
import type { SignedIn } from '@yorozu/lambda-shared/auth/session-answer';
import type { Sessions } from '@yorozu/lambda-shared/auth/sessions';
import type { User } from '@yorozu/lambda-shared/auth/users';
import type { Allowance, Allowances } from '@yorozu/lambda-shared/rate-limit/allowance';
import { emailAddress, isStorable, personName } from '@yorozu/service-kit/text';
import * as z from 'zod';

export const registration = z.object({
  email: emailAddress,
  password: passwordInput.refine(isStorable, {
    message: 'must not contain control characters',
    params: { code: 'INVALID_TEXT' },
  }),
  name: personName,
});

export interface NewUser extends User {
  readonly passwordHash: string;
  readonly locale: 'ja' | 'en';
}

export interface RegisterDeps {
  readonly accounts: {
    /** Writes the user, the roles and the event in one transaction. Throws EmailTaken. */
    insert(user: NewUser, event: DomainEvent): Promise<void>;
  };
  readonly hash: (password: string) => Promise<string>;
  readonly sessions: Pick<Sessions, 'open'>;
  readonly tokens: AccessTokenIssuer;
  readonly devices: Pick<Devices, 'remember'>;
  readonly allowances: Pick<Allowances, 'take'>;
  /** How many accounts one client may open: each sends a mail to an address that nobody has proved to be theirs. */
  readonly perClient: Allowance;
  readonly newId: () => string;
}

/** Opens an account and signs its owner in. Throws WeakPassword, TooManyRegistrations, EmailTaken. */
export async function register(
  input: z.infer<typeof registration>,
  context: { locale: 'ja' | 'en'; correlationId: string; client: string },
  deps: RegisterDeps,
): Promise<SignedIn> {
  const { email, password, name } = input;
  await assertStrong(password, email);
  const wait = await deps.allowances.take(`register#${context.client}`, deps.perClient);
  if (wait > 0) throw new TooManyRegistrations(wait);
  const user: User = { id: deps.newId(), email, name, roles: ['customer'] };
  const passwordHash = await deps.hash(password);
  const { locale, correlationId } = context;
  const event = createEvent('UserRegistered', { userId: user.id, email, name, locale }, { correlationId });
  await deps.accounts.insert({ ...user, passwordHash, locale }, event);
  const session = await deps.sessions.open(user.id);
  const [accessToken, deviceCookie] = await Promise.all([
    deps.tokens.issue(user, session.id),
    deps.devices.remember(email),
  ]);
  return { user, accessToken, refreshToken: session.token, deviceCookie };
}
