import type { LambdaAuthorizerSpec } from '../artefacts/model';
import type { FunctionPort } from '../ports';
import { refuse, type Exchange } from './exchange';
import { httpEvent, type ApiIdentity } from './http-event';
import { identityValue } from './identity';
import type { AuthorizerDecision } from './jwt';
import { policyAllows } from './policy';
import type { RouteMatch } from './router';

const nothing = Buffer.alloc(0);
const maximumCached = 1_000;

/**
 * REQUEST authorizers of HTTP APIs, payload format 2.0, with simple answers `{isAuthorized, context}` or IAM policies.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export class LambdaAuthorizer {
  private readonly cache = new Map<string, { decision: AuthorizerDecision; until: number }>();

  constructor(
    private readonly functions: () => FunctionPort,
    private readonly api: ApiIdentity & { readonly region: string },
  ) {}

  async authorize(
    exchange: Exchange,
    spec: LambdaAuthorizerSpec,
    match: RouteMatch,
  ): Promise<AuthorizerDecision> {
    const identities = spec.identitySources.map((source) => identityValue(exchange, source));
    if (identities.some((value) => value === undefined || value === '')) {
      return { allowed: false, reply: refuse(401, 'Unauthorized') };
    }
    const key = JSON.stringify([spec.name, ...identities]);
    const cached = this.cache.get(key);
    if (spec.cacheSeconds > 0 && cached && cached.until > exchange.receivedAt) return cached.decision;
    const decision = await this.ask(exchange, spec, match, identities as string[]);
    if (spec.cacheSeconds > 0 && (decision.allowed || decision.reply.status === 403)) {
      if (this.cache.size >= maximumCached) this.cache.clear();
      this.cache.set(key, { decision, until: exchange.receivedAt + spec.cacheSeconds * 1000 });
    }
    return decision;
  }

  private async ask(
    exchange: Exchange,
    spec: LambdaAuthorizerSpec,
    match: RouteMatch,
    identitySource: readonly string[],
  ): Promise<AuthorizerDecision> {
    const { region, accountId, apiId } = this.api;
    const routeArn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/$default/${exchange.method}${exchange.path}`;
    const { isBase64Encoded: _, ...request } = httpEvent(exchange, match, this.api, nothing);
    const event = { ...request, type: 'REQUEST', routeArn, identitySource };
    const invocation = await this.functions().invoke(spec.functionName, JSON.stringify(event));
    if (invocation.functionError !== undefined) return failed;
    const result = JSON.parse(invocation.payload) as Record<string, unknown> | null;
    const allowed = spec.simpleResponses ? simpleAnswer(result) : policyAllows(result, routeArn);
    if (allowed === undefined) return failed;
    if (!allowed) return { allowed: false, reply: refuse(403, 'Forbidden') };
    const context = result?.context;
    return {
      allowed: true,
      context: { lambda: typeof context === 'object' && context !== null ? { ...context } : {} },
    };
  }
}

const failed: AuthorizerDecision = { allowed: false, reply: refuse(500, 'Internal Server Error') };

function simpleAnswer(result: Record<string, unknown> | null): boolean | undefined {
  return typeof result?.isAuthorized === 'boolean' ? result.isAuthorized : undefined;
}
