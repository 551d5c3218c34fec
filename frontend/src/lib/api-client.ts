import { z } from 'zod';

const fieldProblemSchema = z.looseObject({
  path: z.string(),
  code: z.string().default('INVALID_VALUE'),
  message: z.string().default(''),
});
export type FieldProblem = z.infer<typeof fieldProblemSchema>;

const problemSchema = z.object({
  status: z.number(),
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  correlationId: z.string().optional(),
  errors: z.array(fieldProblemSchema).optional(),
  /** The order that an Idempotency-Key stands for. */
  orderId: z.string().optional(),
});
type Problem = z.infer<typeof problemSchema>;

/** What the API refused, as problem+json (RFC 9457); `code` is stable. Status 0 when there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly correlationId: string | undefined;
  readonly errors: readonly FieldProblem[];
  readonly orderId: string | undefined;

  constructor(
    problem: Problem,
    /** Seconds to wait before the next try. */
    readonly retryAfter?: number,
  ) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.correlationId = problem.correlationId;
    this.errors = problem.errors ?? [];
    this.orderId = problem.orderId;
  }
}

/** A request that may or may not have been done: no answer, or one from something in between. */
export function isUnknownOutcome(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

export interface Credential {
  readonly userId: string;
  readonly token: string;
}

export interface Session {
  /**
   * The access token and whose it is, or undefined for a guest. Waits until it is known who is here: a request must not go out as a
   * guest's just because it was early. Throws when that cannot be found out now.
   */
  readonly credential: () => Promise<Credential | undefined>;
  /**
   * One in place of one that was refused, or undefined when the session has ended. Throws when the shop cannot be
   * asked now, and when somebody else has signed in meanwhile: nothing is done in another's name.
   */
  readonly renew: (refused: Credential) => Promise<Credential | undefined>;
  /** What there is at this moment. */
  readonly current: () => Credential | undefined;
}

let session: Session = {
  credential: async () => undefined,
  renew: async () => undefined,
  current: () => undefined,
};

/** The auth feature tells the client where tokens come from. */
export function provideSession(provider: Session): void {
  session = provider;
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /**
   * Whom the answer is for. `me` (the default): the request waits until it is known who is here. `anyone`: the same for
   * everybody, so it waits for nothing. `cookie`: the requests that find out who is here.
   */
  readonly audience?: 'me' | 'anyone' | 'cookie';
}

/** A request to the API, its answer checked against a schema. An expired token is renewed once. */
export async function api<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
  const response = await sendFor[options.audience ?? 'me'](path, options);
  if (!response.ok) throw await problemOf(response);
  return schema.parse(response.status === 204 ? undefined : await bodyOf(response));
}

type Send = (path: string, options: RequestOptions) => Promise<Response>;

const sendFor: Readonly<Record<NonNullable<RequestOptions['audience']>, Send>> = {
  cookie: (path, options) => send(path, options, undefined),
  anyone: async (path, options) => {
    const credential = session.current();
    const response = await send(path, options, credential);
    return response.status === 401 && credential ? send(path, options, undefined) : response;
  },
  me: async (path, options) => {
    const credential = await session.credential();
    const response = await send(path, options, credential);
    if (response.status !== 401 || !credential) return response;
    const renewed = await session.renew(credential);
    return renewed ? send(path, options, renewed) : response;
  },
};

/** No request waits for ever: a little longer than the gateway gives its own services (30 s), reads less. */
const readTimeoutMs = 15_000;
const writeTimeoutMs = 35_000;

async function send(
  path: string,
  { method = 'GET', body, headers, signal, audience }: RequestOptions,
  credential: Credential | undefined,
): Promise<Response> {
  const timeout = AbortSignal.timeout(method === 'GET' ? readTimeoutMs : writeTimeoutMs);
  try {
    return await fetch(path, {
      method,
      credentials: 'include',
      headers: {
        accept: 'application/json',
        'accept-language': document.documentElement.lang || 'ja',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(credential ? { authorization: `Bearer ${credential.token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      // A token that was exchanged must arrive, even when the page is left meanwhile: the old one is spent.
      keepalive: audience === 'cookie',
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw noAnswer();
  }
}

function noAnswer(): ApiError {
  return new ApiError({ status: 0, code: 'NETWORK', title: 'No answer from the shop' });
}

/** The connection may also end in the middle of an answer. */
async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw noAnswer();
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  const problem = parsed.success
    ? parsed.data
    : { status: response.status, code: `HTTP_${response.status}`, title: response.statusText };
  return new ApiError(problem, retryAfterOf(response));
}

/** Seconds or a date (RFC 9110 section 10.2.3), as whole seconds from now. */
function retryAfterOf(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
