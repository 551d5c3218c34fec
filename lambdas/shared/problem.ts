import type { FieldError } from '@yorozu/service-kit/field-errors';
import { DomainError } from './errors';

interface ProblemExtras {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

/** An error that is an answer: RFC 9457 problem+json with a stable `code`. */
export class HttpProblem extends DomainError {
  override readonly name: string = 'HttpProblem';

  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];

  constructor(
    readonly status: number,
    code: string,
    readonly title: string,
    detail: string,
    extras: ProblemExtras = {},
  ) {
    super(code, detail);
    if (extras.errors) this.errors = extras.errors;
    if (extras.headers) this.headers = extras.headers;
    if (extras.cookies) this.cookies = extras.cookies;
  }
}

export class BrokenJson extends HttpProblem {
  override readonly name = 'BrokenJson';

  constructor() {
    super(400, 'MALFORMED_JSON', 'Malformed JSON', 'The body is not valid JSON.');
  }
}

export class ValidationFailed extends HttpProblem {
  override readonly name = 'ValidationFailed';

  constructor(errors: readonly FieldError[]) {
    super(400, 'VALIDATION_FAILED', 'Request not valid', 'The request does not have the expected form.', {
      errors,
    });
  }
}

/** A body that is not announced as JSON, such as an HTML form's, which any site may send. */
export class UnsupportedMediaType extends HttpProblem {
  override readonly name = 'UnsupportedMediaType';

  constructor() {
    super(415, 'UNSUPPORTED_MEDIA_TYPE', 'Unsupported media type', 'The body must be application/json.');
  }
}

/** Another site's page made the browser send the request. */
export class ForeignOrigin extends HttpProblem {
  override readonly name = 'ForeignOrigin';

  constructor() {
    super(403, 'FORBIDDEN_ORIGIN', 'Forbidden origin', 'This may only be called by pages of the shop.');
  }
}
