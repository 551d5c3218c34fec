import type { Allowance, Allowances } from '@yorozu/lambda-shared/rate-limit/allowance';

/** Guesses at one account, by everybody whose browser it does not know, and by each browser it does know. */
const perAccount: Allowance = { burst: 10, secondsEach: 90 };
/** Failures of one client at whatever accounts: an office behind one address has more than one bad memory. */
const perClient: Allowance = { burst: 50, secondsEach: 18 };

export interface Attempt {
  readonly email: string;
  /** What `clientKey` makes of the caller's address. */
  readonly client: string;
  /** Id of the browser, where the account knows it. */
  readonly device: string | undefined;
}

/**
 * Counts attempts to sign in before they are made, so that a hundred at once are no way around, and takes back what a
 * success did not need (OWASP Authentication Cheat Sheet, "Login Throttling"; NIST SP 800-63B 3.2.2). A browser the
 * account knows is counted by itself alone: strangers cannot lock its owner out.
 */
export class Attempts {
  constructor(private readonly allowances: Allowances) {}

  /** Seconds to wait; 0 when the attempt may be made. A client that is blocked no longer uses the account's count up. */
  async begin({ email, client, device }: Attempt): Promise<number> {
    if (device !== undefined) return this.allowances.take(deviceKey(device), perAccount);
    const wait = await this.allowances.take(clientKey(client), perClient);
    return wait > 0 ? wait : this.allowances.take(accountKey(email), perAccount);
  }

  /** Takes back an attempt that was never decided. */
  async undo({ email, client, device }: Attempt): Promise<void> {
    if (device !== undefined) return this.allowances.giveBack(deviceKey(device), perAccount);
    await Promise.all([
      this.allowances.giveBack(clientKey(client), perClient),
      this.allowances.giveBack(accountKey(email), perAccount),
    ]);
  }

  async succeed({ email, client, device }: Attempt): Promise<void> {
    if (device !== undefined) return this.allowances.forget(deviceKey(device));
    await Promise.all([
      this.allowances.giveBack(clientKey(client), perClient),
      this.allowances.forget(accountKey(email)),
    ]);
  }
}

const accountKey = (email: string): string => `login-account#${email.toLowerCase()}`;
const clientKey = (client: string): string => `login-client#${client}`;
const deviceKey = (device: string): string => `login-device#${device}`;
