import { createEvent, type DomainEvent } from '@yorozu/events';
import type { AccessTokenIssuer } from '@yorozu/lambda-shared/auth/access-token';
import { assertStrong } from '@yorozu/lambda-shared/auth/password';
import type { SignedIn } from '@yorozu/lambda-shared/auth/session-answer';
import type { Sessions } from '@yorozu/lambda-shared/auth/sessions';
import type { User } from '@yorozu/lambda-shared/auth/users';
import { emailAddress, personName } from '@yorozu/service-kit/text';
import * as z from 'zod';

export const registration = z.object({
  email: emailAddress,
  password: z.string().min(1).max(200),
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
  readonly newId: () => string;
}

/** Opens an account and signs its owner in. Throws WeakPassword, EmailTaken. */
export async function register(
  input: z.infer<typeof registration>,
  context: { locale: 'ja' | 'en'; correlationId: string },
  deps: RegisterDeps,
): Promise<SignedIn> {
  const { email, password, name } = input;
  assertStrong(password, email);
  const user: User = { id: deps.newId(), email, name, roles: ['customer'] };
  const passwordHash = await deps.hash(password);
  const { locale, correlationId } = context;
  const event = createEvent('UserRegistered', { userId: user.id, email, name, locale }, { correlationId });
  await deps.accounts.insert({ ...user, passwordHash, locale }, event);
  const [accessToken, refreshToken] = await Promise.all([
    deps.tokens.issue(user),
    deps.sessions.open(user.id),
  ]);
  return { user, accessToken, refreshToken };
}
