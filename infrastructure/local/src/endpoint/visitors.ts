import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { hostFilter, loopbackHosts, type HostFilter } from '@yorozu/service-kit/hosts';

/** Names that SDKs use for local endpoints and for AWS itself; nobody else can make those resolve to this machine. */
const sdkHosts = '.localhost.localstack.cloud,.amazonaws.com';

/** The names under which the local cloud may be called; `more` as in ALLOWED_HOSTS. */
export function ownHosts(more?: string): HostFilter {
  return hostFilter([loopbackHosts, sdkHosts, ...(more === undefined ? [] : [more])].join(','));
}

/**
 * Whether a page of another origin asks, which no tool or service does. Browsers say so in Origin (all but plain
 * reads) and Sec-Fetch-Site; `same-site` is any other port of this machine. A link that is followed is no page asking.
 */
export function isForeignPage({ origin, host, ...headers }: IncomingHttpHeaders): boolean {
  if (origin !== undefined) return origin !== `http://${host ?? ''}`;
  const site = headers['sec-fetch-site'];
  return (site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate';
}

/** 421: what was asked for is not here (RFC 9110 section 15.5.20). */
export function refuseHost(response: ServerResponse): void {
  response.writeHead(421, { 'content-type': 'text/plain', connection: 'close' });
  response.end('This name is not served here. See LOCAL_ALLOWED_HOSTS.\n');
}

export function refusePage(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' });
  response.end('Web pages have no business here.\n');
}
