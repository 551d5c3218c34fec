import { HttpProblem } from '../problem';

export class EmailTaken extends HttpProblem {
  override readonly name = 'EmailTaken';

  constructor() {
    super(409, 'EMAIL_TAKEN', 'E-mail address taken', 'There is an account with this e-mail address.', {
      errors: [{ path: 'email', code: 'EMAIL_TAKEN', message: 'is taken' }],
    });
  }
}

/** `COMMON_PASSWORD` for one that guessers try early, `WEAK_PASSWORD` for one that is too short. */
export class WeakPassword extends HttpProblem {
  override readonly name = 'WeakPassword';

  constructor(code: 'COMMON_PASSWORD' | 'WEAK_PASSWORD', message: string) {
    super(400, code, 'Weak password', `The password ${message}.`, {
      errors: [{ path: 'password', code, message }],
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

export class TooManyRegistrations extends HttpProblem {
  override readonly name = 'TooManyRegistrations';

  constructor(retryAfterSeconds: number) {
    super(429, 'RATE_LIMITED', 'Too many requests', 'Too many accounts have been opened. Try again later.', {
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
