import { isDeepStrictEqual } from 'node:util';
import type { Artefacts, FunctionSpec } from '../artefacts/model';
import type { AwsRequest, ServiceModule } from '../endpoint/aws';
import type { EventsService } from '../services/events';

/** Calls a service as its API does. Throws {@link ReloadError} where it refuses. */
type Call = (target: string, input: object) => Promise<void>;

export interface Reloadable {
  readonly states: ServiceModule;
  readonly lambda: ServiceModule;
  readonly events: Pick<EventsService, 'apply'>;
}

class ReloadError extends Error {
  readonly code = 'RELOAD_FAILED';
}

/**
 * Brings running services to a changed set of artefacts, by the same API calls a deployment makes. What cannot be
 * changed while running comes back as messages.
 */
export async function applyChanges(
  before: Artefacts,
  after: Artefacts,
  services: Reloadable,
): Promise<string[]> {
  const call: Call = async (target, input) => {
    const response = await services.states.handle(jsonCall('POST', '/', input, target));
    if (response.status >= 400) throw new ReloadError(`${target}: ${String(response.body)}`);
  };
  const notes: string[] = [];
  await applyStateMachines(before, after, call);
  if (!isDeepStrictEqual(before.rules, after.rules)) services.events.apply(after.rules);
  for (const spec of after.functions) {
    const old = before.functions.find(({ name }) => name === spec.name);
    if (!old || needsRestart(old, spec)) notes.push(`function ${spec.name}: restart to take on the change`);
    else if (!isDeepStrictEqual(old, spec)) await applyFunction(services.lambda, spec);
  }
  const names = new Set(after.functions.map(({ name }) => name));
  for (const { name } of before.functions) {
    if (!names.has(name)) notes.push(`function ${name} is gone from the template: restart to remove it`);
  }
  if (!isDeepStrictEqual(before.resources, after.resources))
    notes.push('resources.json: restart to take on the change');
  return notes;
}

async function applyStateMachines(before: Artefacts, after: Artefacts, call: Call): Promise<void> {
  for (const { name, type, definition } of after.stateMachines) {
    const old = before.stateMachines.find((machine) => machine.name === name);
    if (old?.definition === definition) continue;
    const arn = (kind: string): string => `arn:aws:states:${after.region}:${after.accountId}:${kind}:${name}`;
    const roleArn = `arn:aws:iam::${after.accountId}:role/${name}-role`;
    if (old)
      await call('AWSStepFunctions.UpdateStateMachine', {
        stateMachineArn: arn('stateMachine'),
        definition,
      });
    else await call('AWSStepFunctions.CreateStateMachine', { name, type, definition, roleArn });
  }
}

/** Settings are changed in place; code, triggers and asynchronous settings are read once. */
function needsRestart(old: FunctionSpec, spec: FunctionSpec): boolean {
  return (
    old.entry !== spec.entry ||
    old.handler !== spec.handler ||
    !isDeepStrictEqual(old.eventSources, spec.eventSources) ||
    old.maximumRetryAttempts !== spec.maximumRetryAttempts ||
    old.maximumEventAgeSeconds !== spec.maximumEventAgeSeconds ||
    old.onFailureArn !== spec.onFailureArn
  );
}

async function applyFunction(lambda: ServiceModule, spec: FunctionSpec): Promise<void> {
  const name = encodeURIComponent(spec.name);
  const send = async (method: string, path: string, input?: object): Promise<void> => {
    const response = await lambda.handle(jsonCall(method, path, input));
    if (response.status >= 400) throw new ReloadError(`${spec.name}: ${String(response.body)}`);
  };
  await send('PUT', `/2015-03-31/functions/${name}/configuration`, {
    Timeout: spec.timeoutSeconds,
    MemorySize: spec.memoryMb,
    Environment: { Variables: spec.environment },
  });
  const concurrency = `/2017-10-31/functions/${name}/concurrency`;
  if (spec.reservedConcurrency === undefined) await send('DELETE', concurrency);
  else await send('PUT', concurrency, { ReservedConcurrentExecutions: spec.reservedConcurrency });
}

function jsonCall(method: string, path: string, input?: object, target?: string): AwsRequest {
  return {
    method,
    path,
    query: new URLSearchParams(),
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      ...(target === undefined ? {} : { 'x-amz-target': target }),
    },
    body: Buffer.from(input ? JSON.stringify(input) : ''),
    signal: new AbortController().signal,
  };
}
