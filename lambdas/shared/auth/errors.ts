import { HttpProblem } from '../problem';

export class EmailTaken extends HttpProblem {
  override readonly name = 'EmailTaken';

  constructor() {
    super(409, 'EMAIL_TAKEN', 'E-mail address taken', 'There is an account with this e-mail address.', {
      errors: [{ path: 'email', code: 'EMAIL_TAKEN', message: 'is taken' }],
    });
  }
}

export class WeakPassword extends HttpProblem {
  override readonly name = 'WeakPassword';

  constructor(message: string) {
    super(400, 'WEAK_PASSWORD', 'Weak password', `The password ${message}.`, {
      errors: [{ path: 'password', code: 'WEAK_PASSWORD', message }],
    });
  }
}

/** The same for an unknown address and a wrong password. */
export class InvalidCredentials extends HttpProblem {
  override readonly name = 'InvalidCredentials';

  constructor() {
    super(401, 'INVALID_CREDENTIALS', 'Invalid credentials', 'The e-mail address or the password is wrong.');
  }
}

export class TooManyAttempts extends HttpProblem {
  override readonly name = 'TooManyAttempts';

  constructor(retryAfterSeconds: number) {
    super(429, 'TOO_MANY_ATTEMPTS', 'Too many attempts', 'Too many sign-ins have failed. Try again later.', {
      headers: { 'retry-after': String(retryAfterSeconds) },
    });
  }
}

/** The refresh token is missing, unknown, expired, used before, or its family has ended; the cookie goes with it. */
export class SessionEnded extends HttpProblem {
  override readonly name = 'SessionEnded';

  constructor(clearCookie: string) {
    super(401, 'SESSION_ENDED', 'Session ended', 'Sign in again.', { cookies: [clearCookie] });
  }
}
