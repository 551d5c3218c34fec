/** Whether a request's Host header names us. */
export type HostFilter = (host: string | undefined) => boolean;

/** The names of this machine as browsers and SDKs write them; no web page of another name can reach them as its own. */
export const loopbackHosts = 'localhost,.localhost,127.0.0.1,[::1]';

/**
 * A filter for ALLOWED_HOSTS: names separated by commas, in which `.example.com` stands for that name and all below it.
 * Undefined lets every name pass, for services that a load balancer alone can reach. A server on the loopback
 * interface needs it: a page whose name is made to resolve to 127.0.0.1 would read it as its own (DNS rebinding).
 */
export function hostFilter(setting: string | undefined): HostFilter {
  if (setting === undefined) return () => true;
  const names = setting.split(',').map((name) => name.trim().toLowerCase());
  const known = new Map<string | undefined, boolean>();
  return (host) => {
    const before = known.get(host);
    if (before !== undefined) return before;
    const name = nameOf(host ?? '');
    const allowed = names.some((one) =>
      one.startsWith('.') ? name === one.slice(1) || name.endsWith(one) : name === one,
    );
    if (known.size < 100) known.set(host, allowed);
    return allowed;
  };
}

/** Without the port and the dot of a fully qualified name. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}
