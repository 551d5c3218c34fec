import ipaddr from 'ipaddr.js';

/** Whether an address is one of our own proxies, whose X-Forwarded-For is believed. */
export type TrustedProxy = (address: string) => boolean;

/**
 * The proxies of a comma-separated list of addresses and networks (`10.0.0.0/16, 2600:9000::/28`). An empty list trusts
 * nobody: the client is whoever holds the socket. Throws where an entry is no address.
 */
export function trustedProxies(list: string): TrustedProxy {
  const networks = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(networkOf);
  return (address) => {
    const parsed = parse(address);
    return (
      parsed !== undefined &&
      networks.some(([network, bits]) => parsed.kind() === network.kind() && parsed.match(network, bits))
    );
  };
}

/**
 * Who really called. Each proxy appends the address it was called from to X-Forwarded-For, so the list is read from the
 * right, and only as long as the address that vouches for the next one is a proxy of ours: what a client writes there
 * itself stands further left and is never reached.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  isTrusted: TrustedProxy,
): string {
  const claimed = (forwardedFor ?? '').split(',').map((entry) => entry.trim());
  let address = peer;
  while (isTrusted(address)) {
    const next = claimed.pop();
    if (next === undefined || parse(next) === undefined) break;
    address = next;
  }
  return address;
}

/** The client that limits count: an IPv4 address, or the /64 that one IPv6 subscriber has to themselves (RFC 6177). */
export function clientKey(address: string): string {
  const parsed = parse(address);
  if (parsed === undefined) return 'unknown';
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}

/** IPv4 addresses in IPv6 spelling (`::ffff:192.0.2.1`) are IPv4 addresses. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = address.replace(/%.*$/, '');
  const exact = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare);
  return exact ? ipaddr.process(bare) : undefined;
}

function networkOf(entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (entry.includes('/')) return ipaddr.parseCIDR(entry);
  const address = ipaddr.parse(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
