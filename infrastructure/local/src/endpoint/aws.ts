import type { IncomingHttpHeaders } from 'node:http';

/** A request to the AWS endpoint, body read. */
export interface AwsRequest {
  readonly method: string;
  /** Path without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborted when the client hangs up (long polls end). */
  readonly signal: AbortSignal;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One AWS service. `name` is its SigV4 signing name: sqs, events, states, execute-api, ... */
export interface ServiceModule {
  readonly name: string;
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** Called once all services exist: timers, pollers, recovery of what was running. */
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

/** An error in AWS's shape. `code` is the exception's name as the SDK knows it. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** More members of the error shape. */
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

export type Operations = Readonly<Record<string, (input: never, request: AwsRequest) => unknown>>;

/** AWS JSON 1.0 and 1.1: `X-Amz-Target: Prefix.Operation`, JSON in and out. Answers wait for {@link flushed}. */
export async function handleJson(
  request: AwsRequest,
  operations: Operations,
  flushed: () => Promise<void>,
): Promise<AwsResponse> {
  const version = request.headers['content-type']?.includes('json-1.1') ? '1.1' : '1.0';
  const headers = { 'content-type': `application/x-amz-json-${version}` };
  try {
    const name =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .pop() ?? '';
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation)
      throw new AwsError('UnknownOperationException', `Operation ${name} is not supported here`);
    const output = await operation(parseJson(request.body) as never, request);
    await flushed();
    return { status: 200, headers, body: JSON.stringify(output ?? {}) };
  } catch (error) {
    const known = toAwsError(error);
    return {
      status: known.status,
      headers: { ...headers, 'x-amzn-errortype': known.code },
      body: JSON.stringify({ __type: known.code, message: known.message, ...known.fields }),
    };
  }
}

export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON');
  }
}

/** Anything unexpected becomes a 500 that SDK clients retry; it is also reported on stderr. */
export function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  console.error(error);
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
