import { AwsError, parseJson, toAwsError, type AwsRequest, type AwsResponse } from '../../../endpoint/aws';

export interface Call {
  readonly request: AwsRequest;
  /** Decoded path parameters in their order. */
  readonly path: readonly string[];
  /** The body as JSON. Throws where it is not an object. */
  input(): Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
}

export type Route = readonly [method: string, path: string, action: (call: Call) => Reply | Promise<Reply>];

/** REST-JSON as Lambda speaks it: `{Type, message}` errors with the exception's name in a header. */
export class Router {
  private readonly routes: readonly { method: string; pattern: RegExp; action: Route[2] }[];

  constructor(
    routes: readonly Route[],
    private readonly flushed: () => Promise<void>,
  ) {
    this.routes = routes.map(([method, path, action]) => ({
      method,
      pattern: new RegExp(`^/[0-9-]{10}${path.replace(/\{\w+\}/g, '([^/]+)')}/?$`),
      action,
    }));
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    try {
      for (const { method, pattern, action } of this.routes) {
        if (method !== request.method) continue;
        const match = pattern.exec(request.path);
        if (!match) continue;
        const path = match.slice(1).map((part) => decodeURIComponent(part));
        const reply = await action({ request, path, input: () => object(parseJson(request.body)) });
        if (method !== 'GET') await this.flushed();
        return {
          status: reply.status ?? 200,
          headers: json,
          body: reply.body === undefined ? '' : JSON.stringify(reply.body),
        };
      }
      throw new AwsError(
        'UnknownOperationException',
        `${request.method} ${request.path} is not supported here`,
        404,
      );
    } catch (error) {
      return failure(error);
    }
  }
}

const json = { 'content-type': 'application/json' };

export function failure(error: unknown): AwsResponse {
  const known = toAwsError(error);
  return {
    status: known.status,
    headers: { ...json, 'x-amzn-errortype': known.code },
    body: JSON.stringify({
      Type: known.status >= 500 ? 'Service' : 'User',
      message: known.message,
      ...known.fields,
    }),
  };
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new AwsError(
    'InvalidRequestContentException',
    'Could not parse request body into json: an object is expected',
  );
}
