import { z } from 'zod';

const problemSchema = z.object({
  status: z.number(),
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  correlationId: z.string().optional(),
  errors: z.array(z.looseObject({ path: z.string(), message: z.string() })).optional(),
});
type Problem = z.infer<typeof problemSchema>;

/** What the API refused, as problem+json (RFC 9457); `code` is stable. `NETWORK` when there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly correlationId: string | undefined;
  readonly errors: readonly { path: string; message: string }[];

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.correlationId = problem.correlationId;
    this.errors = problem.errors ?? [];
  }
}

export interface Session {
  /** Resolves when it is known who is here: a request must not go out as a guest's just because it was early. */
  readonly ready: () => Promise<void>;
  /** The access token, or undefined for a guest. */
  readonly token: () => string | undefined;
  /** Tries the refresh cookie; resolves to whether there is a new token. */
  readonly refresh: () => Promise<boolean>;
}

let session: Session = { ready: async () => undefined, token: () => undefined, refresh: async () => false };

/** The auth feature tells the client where tokens come from. */
export function provideSession(provider: Session): void {
  session = provider;
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** For the requests that find out who is here. */
  readonly beforeSession?: boolean;
}

/** A request to the API, its answer checked against a schema. An expired token is renewed once. */
export async function api<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
  if (!options.beforeSession) await session.ready();
  const first = await send(path, options);
  const expired = first.status === 401 && session.token() !== undefined;
  const response = expired && (await session.refresh()) ? await send(path, options) : first;
  if (!response.ok) throw await problemOf(response);
  return schema.parse(response.status === 204 ? undefined : await response.json());
}

async function send(
  path: string,
  { method = 'GET', body, headers, signal, beforeSession = false }: RequestOptions,
): Promise<Response> {
  const token = session.token();
  try {
    return await fetch(path, {
      method,
      credentials: 'include',
      headers: {
        accept: 'application/json',
        'accept-language': document.documentElement.lang || 'ja',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? null,
      // A token that was exchanged must arrive, even when the page is left meanwhile: the old one is spent.
      keepalive: beforeSession,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, code: 'NETWORK', title: 'No answer from the shop' });
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return new ApiError(parsed.data);
  return new ApiError({
    status: response.status,
    code: `HTTP_${response.status}`,
    title: response.statusText,
  });
}
