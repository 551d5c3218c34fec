import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArtefactError } from './errors';
import { readFunctions } from './functions';
import { httpApiParameter, readHttpApi } from './http-api';
import type { Artefacts } from './model';
import { readResources, readRules } from './resources';
import { definitionFiles, readStateMachines } from './state-machines';
import { Template, type Deployment } from './template';
import { readWebSocketApi } from './websocket-api';

export interface LoadOptions extends Partial<Deployment> {
  /** The repository: holds infrastructure/resources.json, events/rules and infrastructure/sam/template.yaml. */
  readonly root: string;
  /** Told what the local cloud leaves out. */
  readonly warn?: (message: string) => void;
}

export interface Loaded extends Artefacts {
  /** Files and folders whose change changes the artefacts. */
  readonly sources: readonly string[];
}

/**
 * Reads the shipped artefacts and resolves them for this machine.
 * @throws ArtefactError naming file, resource and property.
 */
export function loadArtefacts(options: LoadOptions): Loaded {
  const resourcesFile = join(options.root, 'infrastructure/resources.json');
  const rulesDirectory = join(options.root, 'events/rules');
  const templateFile = join(options.root, 'infrastructure/sam/template.yaml');
  const deployment = deploymentOf(options);
  const resources = readResources(resourcesFile, deployment.parameters);
  const rules = readRules(rulesDirectory, resources);
  const template = Template.parse(readTemplate(templateFile), templateFile, deployment);
  const functions = readFunctions(template, options.warn ?? (() => undefined));
  const stateMachines = readStateMachines(template);
  const webSocketApi = readWebSocketApi(template);
  const artefacts: Artefacts = {
    region: deployment.region,
    accountId: deployment.accountId,
    resources,
    rules,
    functions,
    stateMachines,
    httpApi: readHttpApi(template, resources),
    ...(webSocketApi ? { webSocketApi } : {}),
  };
  checkReferences(artefacts, templateFile, rulesDirectory);
  return {
    ...artefacts,
    sources: [resourcesFile, rulesDirectory, templateFile, ...definitionFiles(template)],
  };
}

function deploymentOf(options: LoadOptions): Deployment {
  return {
    region: options.region ?? 'ap-northeast-1',
    accountId: options.accountId ?? '000000000000',
    // Terraform's HTTP API may have any id here, the gateway serves only that one; there is no VPC to link to.
    parameters: { [httpApiParameter]: 'http', '/ecommerce/vpc-link-id': 'none', ...options.parameters },
    secrets: options.secrets ?? {},
    overrides: options.overrides ?? { StageSuffix: '' },
    endpointUrl: options.endpointUrl ?? 'http://localhost:4566',
    gatewayUrl: options.gatewayUrl ?? 'http://localhost:3001',
  };
}

function readTemplate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ArtefactError(file, '', 'cannot be read');
  }
}

/** Routes, queues and rules name functions, queues and state machines that exist. */
function checkReferences(artefacts: Artefacts, templateFile: string, rulesDirectory: string): void {
  const functions = new Set(artefacts.functions.map(({ name }) => name));
  const queues = new Set(artefacts.resources.queues.map(({ name }) => name));
  const machines = new Set(artefacts.stateMachines.map(({ name }) => name));
  const requireFunction = (name: string | undefined, place: string, file = templateFile): void => {
    if (name !== undefined && !functions.has(name))
      throw new ArtefactError(file, place, `there is no function ${name}`);
  };
  for (const { routeKey, integration, authorizer } of artefacts.httpApi.routes) {
    if (integration.type === 'lambda') requireFunction(integration.functionName, routeKey);
    if (authorizer?.type === 'lambda') requireFunction(authorizer.functionName, `${routeKey} authorizer`);
  }
  for (const { routeKey, functionName } of artefacts.webSocketApi?.routes ?? [])
    requireFunction(functionName, routeKey);
  requireFunction(artefacts.webSocketApi?.authorizer?.functionName, '$connect authorizer');
  for (const { logicalId, eventSources } of artefacts.functions) {
    for (const { queueArn } of eventSources) {
      const queue = queueArn.split(':').pop() ?? '';
      if (!queues.has(queue))
        throw new ArtefactError(templateFile, `${logicalId}.Events`, `there is no queue ${queue}`);
    }
  }
  for (const { name, targets } of artefacts.rules) {
    for (const { id, type, resource } of targets) {
      const place = `${name}.targets.${id}`;
      if (type === 'lambda') requireFunction(resource, place, rulesDirectory);
      if (type === 'stepfunctions' && !machines.has(resource)) {
        throw new ArtefactError(rulesDirectory, place, `there is no state machine ${resource}`);
      }
    }
  }
}
