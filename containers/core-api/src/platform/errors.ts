import type { FieldError } from '@yorozu/service-kit/field-errors';

/** An error that clients see as RFC 9457 problem+json. Subclasses live in the `errors.ts` of their noun. */
export abstract class ProblemError extends Error {
  abstract readonly status: number;
  /** Stable, upper snake case; clients switch on it. */
  abstract readonly code: string;
  abstract readonly title: string;
  readonly errors?: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>> = {};
  /** What the problem says beside RFC 9457's own members. */
  readonly members: Readonly<Record<string, string>> = {};

  constructor(detail: string, errors?: readonly FieldError[], options?: ErrorOptions) {
    super(detail, options);
    this.name = new.target.name;
    if (errors !== undefined) this.errors = errors;
  }
}

export class ValidationError extends ProblemError {
  readonly status = 400;
  readonly code = 'VALIDATION_FAILED';
  readonly title = 'The request is not valid';
}

export class MalformedJsonError extends ProblemError {
  readonly status = 400;
  readonly code = 'MALFORMED_JSON';
  readonly title = 'The body is not valid JSON';
}

export class UnauthenticatedError extends ProblemError {
  readonly status = 401;
  readonly code = 'UNAUTHENTICATED';
  readonly title = 'Sign in first';
  override readonly headers: Readonly<Record<string, string>>;

  /** `reason` is set where a token was sent and refused (RFC 6750 section 3). */
  constructor(detail: string, reason?: 'invalid_token' | 'invalid_request') {
    super(detail);
    const challenge = 'Bearer realm="yorozu"';
    this.headers = {
      'www-authenticate': reason
        ? `${challenge}, error="${reason}", error_description="${detail}"`
        : challenge,
    };
  }
}

export class ForbiddenError extends ProblemError {
  readonly status = 403;
  readonly code = 'FORBIDDEN';
  readonly title = 'Not allowed';
  override readonly headers = { 'www-authenticate': 'Bearer realm="yorozu", error="insufficient_scope"' };
}

export class RateLimitedError extends ProblemError {
  readonly status = 429;
  readonly code = 'RATE_LIMITED';
  readonly title = 'Too many requests';
  override readonly headers: Readonly<Record<string, string>>;

  constructor(retryAfterSeconds: number) {
    super(`Try again in ${retryAfterSeconds} s`);
    this.headers = { 'retry-after': String(retryAfterSeconds) };
  }
}

export class UnavailableError extends ProblemError {
  readonly status = 503;
  readonly code = 'SERVICE_UNAVAILABLE';
  readonly title = 'Try again in a moment';
  override readonly headers = { 'retry-after': '1' };
}
