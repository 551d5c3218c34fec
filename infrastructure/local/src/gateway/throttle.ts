import type { HttpApiSpec, Throttling } from '../artefacts/model';
import type { HttpRoute } from './router';

/** A bucket that holds `burstLimit` requests and is filled with `rateLimit` per second. */
export class TokenBucket {
  private tokens: number;

  constructor(
    private readonly limits: Throttling,
    private filledAt: number,
  ) {
    this.tokens = limits.burstLimit;
  }

  /** Whether one more request may pass; `now` in epoch milliseconds. */
  take(now: number): boolean {
    const elapsed = Math.max(0, now - this.filledAt);
    this.filledAt = now;
    this.tokens = Math.min(this.limits.burstLimit, this.tokens + (elapsed * this.limits.rateLimit) / 1000);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

/**
 * Throttling of a stage: routes with settings of their own have their own bucket, all others share the stage's.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class Throttle {
  private readonly stage: TokenBucket | undefined;
  private readonly routes = new Map<string, TokenBucket>();

  constructor(api: HttpApiSpec, now = Date.now()) {
    this.stage = api.throttling && new TokenBucket(api.throttling, now);
    for (const { routeKey, throttling } of api.routes) {
      if (throttling) this.routes.set(routeKey, new TokenBucket(throttling, now));
    }
  }

  allows(route: HttpRoute, now: number): boolean {
    return (this.routes.get(route.routeKey) ?? this.stage)?.take(now) ?? true;
  }
}
