import { clientAddress, clientKey, trustedProxies } from '@yorozu/service-kit/client-address';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpRequest } from '../http';

/** Which client limits count a request for. `proxies` are what stands in front of API Gateway, e.g. CloudFront's. */
export function clientOf(proxies: string): (request: Pick<HttpRequest, 'event'>) => string {
  const isTrusted = trustedProxies(proxies);
  return ({ event }) => clientKey(addressOf(event, isTrusted));
}

function addressOf(
  { requestContext, headers }: APIGatewayProxyEventV2,
  isTrusted: (address: string) => boolean,
): string {
  return clientAddress(requestContext.http.sourceIp, headers['x-forwarded-for'], isTrusted);
}
