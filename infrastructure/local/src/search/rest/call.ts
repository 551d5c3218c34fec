import { badRequest } from '../errors';
import { asClause, type Clause } from '../query/scores';

/** A request of the REST API. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Segments of the path, decoded. */
  readonly parts: readonly string[];
  readonly parameters: URLSearchParams;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly body: object | string;
}

export const ok = (body: object | string): Answer => ({ status: 200, body });
export const shards = { total: 1, successful: 1, skipped: 0, failed: 0 };

export function noHandler({ method, path }: Call): Error {
  return badRequest(
    `no handler found for uri [${path}] and method [${method}]`,
    'illegal_argument_exception',
  );
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('request body is not valid JSON', 'x_content_parse_exception');
  }
}

/** The body as an object; nothing is an empty one. */
export function bodyOf({ text }: Call): Clause {
  return text.trim() === '' ? {} : asClause(parse(text), 'the request body');
}

/** Lines of JSON (`_bulk`, `_msearch`), which must end with a newline. */
export function linesOf({ text }: Call): string[] {
  if (text.trim() === '') throw badRequest('request body is required', 'parse_exception');
  if (!text.endsWith('\n'))
    throw badRequest('The bulk request must be terminated by a newline [\\n]', 'illegal_argument_exception');
  return text.split('\n').filter((line) => line.trim() !== '');
}
