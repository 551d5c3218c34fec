import type { AwsRequest } from './aws';

/**
 * Counts of AWS operations since the start: what each would be on the bill of AWS. The endpoint counts API calls;
 * deliveries inside the process (event source mappings, EventBridge targets, ...) are counted where they happen.
 */
const counters = new Map<string, Map<string, number>>();

/** `kind` is an API operation (`SendMessage`) or what is paid for (`PutEvents entries`, `Invocation notify`). */
export function countOperation(service: string, kind: string, by = 1): void {
  let kinds = counters.get(service);
  if (!kinds) counters.set(service, (kinds = new Map<string, number>()));
  kinds.set(kind, (kinds.get(kind) ?? 0) + by);
}

/** service → kind → count, sorted by name. */
export function operationCounts(): Record<string, Record<string, number>> {
  const sorted = [...counters].sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([service, kinds]) => [
      service,
      Object.fromEntries([...kinds].sort(([left], [right]) => (left < right ? -1 : 1))),
    ]),
  );
}

const action = /(?:^|&)Action=(\w+)/;

/** Counts a call to the endpoint under the operation's name, or its method where the protocol has no names. */
export function countCall(service: string, request: AwsRequest): void {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return countOperation(service, target.slice(target.lastIndexOf('.') + 1));
  if (service === 'lambda' && request.path.endsWith('/invocations')) return countOperation(service, 'Invoke');
  if (service === 'ses' && request.path.endsWith('/outbound-emails'))
    return countOperation(service, 'SendEmail');
  if (service === 'execute-api') return countOperation(service, `${request.method} @connections`);
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const named = form ? action.exec(request.body.toString('latin1', 0, 4096))?.[1] : undefined;
  countOperation(service, named ?? request.method);
}
