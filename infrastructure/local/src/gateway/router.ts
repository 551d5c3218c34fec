import type { HttpApiSpec } from '../artefacts/model';

export type HttpRoute = HttpApiSpec['routes'][number];

export interface RouteMatch {
  readonly route: HttpRoute;
  /** Path parameters as they stand in the request, still percent-encoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: HttpRoute;
  readonly method: string;
  readonly segments: readonly Segment[];
}

interface Segment {
  readonly kind: 'literal' | 'parameter' | 'greedy';
  readonly text: string;
}

const noParameters: Readonly<Record<string, string>> = {};

/**
 * Finds a request's route as API Gateway does: the most specific path first (literal before `{parameter}` before
 * `{proxy+}`, segment by segment), a method before ANY, `$default` last.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export class Router {
  private readonly compiled: readonly CompiledRoute[];
  private readonly fallback: HttpRoute | undefined;

  constructor(routes: readonly HttpRoute[]) {
    this.fallback = routes.find(({ routeKey }) => routeKey === '$default');
    this.compiled = routes
      .filter(({ routeKey }) => routeKey !== '$default')
      .map(compile)
      .sort(bySpecificity);
  }

  match(method: string, path: string): RouteMatch | undefined {
    const segments = path.split('/');
    for (const candidate of this.compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const parameters = matchSegments(candidate.segments, segments);
      if (parameters) return { route: candidate.route, parameters };
    }
    return this.fallback && { route: this.fallback, parameters: noParameters };
  }
}

function compile(route: HttpRoute): CompiledRoute {
  const [method = '', path = ''] = route.routeKey.split(' ');
  return { route, method, segments: path.split('/').map(compileSegment) };
}

function compileSegment(text: string): Segment {
  const name = /^\{(.+)\}$/.exec(text)?.[1];
  if (name === undefined) return { kind: 'literal', text };
  return name.endsWith('+') ? { kind: 'greedy', text: name.slice(0, -1) } : { kind: 'parameter', text: name };
}

function matchSegments(
  pattern: readonly Segment[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  let parameters: Record<string, string> | undefined;
  for (const [index, { kind, text }] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (kind === 'literal') {
      if (segment !== text) return undefined;
      continue;
    }
    const value = kind === 'greedy' ? segments.slice(index).join('/') : segment;
    if (value === '') return undefined;
    parameters ??= {};
    parameters[text] = value;
    if (kind === 'greedy') return parameters;
  }
  return segments.length === pattern.length ? (parameters ?? noParameters) : undefined;
}

const rank = { literal: 0, parameter: 1, greedy: 2 } as const;

function bySpecificity(left: CompiledRoute, right: CompiledRoute): number {
  const shared = Math.min(left.segments.length, right.segments.length);
  for (let index = 0; index < shared; index++) {
    const difference =
      rank[left.segments[index]?.kind ?? 'literal'] - rank[right.segments[index]?.kind ?? 'literal'];
    if (difference !== 0) return difference;
  }
  if (left.segments.length !== right.segments.length) return right.segments.length - left.segments.length;
  return Number(left.method === 'ANY') - Number(right.method === 'ANY');
}
