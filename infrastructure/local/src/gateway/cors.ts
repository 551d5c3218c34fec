import type { HttpApiSpec } from '../artefacts/model';
import type { Exchange, Reply } from './exchange';

type CorsSpec = NonNullable<HttpApiSpec['cors']>;

/**
 * CORS as an HTTP API has it: with a configuration, API Gateway answers preflight requests itself, adds the headers
 * to every answer for an allowed origin and ignores those of the integration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export class Cors {
  private readonly any: boolean;

  constructor(private readonly spec: CorsSpec) {
    this.any = spec.allowOrigins.includes('*');
  }

  /** Answers a preflight request, also where no route has its path. Undefined: it is not one. */
  preflight({ method, request }: Exchange): Reply | undefined {
    const { origin } = request.headers;
    if (method !== 'OPTIONS' || origin === undefined) return undefined;
    if (request.headers['access-control-request-method'] === undefined) return undefined;
    return { status: 204 };
  }

  /** Headers for an answer, flat: name, value, name, value. */
  headers({ method, request }: Exchange): string[] {
    const { origin } = request.headers;
    if (origin === undefined) return [];
    const allowed = this.allowedOrigin(origin);
    if (allowed === undefined) return [];
    const { spec } = this;
    const headers = ['access-control-allow-origin', allowed];
    if (allowed !== '*') headers.push('vary', 'origin');
    if (spec.allowCredentials) headers.push('access-control-allow-credentials', 'true');
    if (spec.exposeHeaders.length > 0)
      headers.push('access-control-expose-headers', spec.exposeHeaders.join(','));
    if (method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      headers.push('access-control-allow-methods', spec.allowMethods.join(','));
      headers.push('access-control-allow-headers', spec.allowHeaders.join(','));
      if (spec.maxAgeSeconds > 0) headers.push('access-control-max-age', String(spec.maxAgeSeconds));
    }
    return headers;
  }

  private allowedOrigin(origin: string): string | undefined {
    const { allowOrigins, allowCredentials } = this.spec;
    if (this.any) return allowCredentials ? origin : '*';
    const matches = (allowed: string): boolean =>
      allowed === origin || (allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1)));
    return allowOrigins.some(matches) ? origin : undefined;
  }
}
