import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { StateMachineSpec } from './model';
import { physicalName } from './references';
import type { Resource, Template } from './template';

/** AWS::Serverless::StateMachine with its definition's `${Substitutions}` filled in. */
export function readStateMachines(template: Template): StateMachineSpec[] {
  return template.list('AWS::Serverless::StateMachine').map((resource) => ({
    logicalId: resource.logicalId,
    name: physicalName(resource) ?? resource.logicalId,
    type: resource.properties.optionalText('Type') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    definition: readDefinition(resource, template),
  }));
}

/** Files that state machines are defined in, to be watched. */
export function definitionFiles(template: Template): string[] {
  return template.list('AWS::Serverless::StateMachine').flatMap(({ properties }) => {
    const uri = properties.optionalText('DefinitionUri');
    return uri === undefined ? [] : [resolve(dirname(template.file), uri)];
  });
}

function readDefinition({ properties }: Resource, template: Template): string {
  const inline = properties.value('Definition');
  const property = inline === undefined ? 'DefinitionUri' : 'Definition';
  const text =
    inline === undefined
      ? readText(resolve(dirname(template.file), properties.text('DefinitionUri')), (reason) =>
          properties.fail(property, reason),
        )
      : JSON.stringify(inline);
  const substitutions = properties.textMap('DefinitionSubstitutions');
  const definition = text.replace(/\$\{([A-Za-z0-9_]+)\}/g, (_, name: string) => {
    const value = substitutions[name];
    if (value === undefined) return properties.fail('DefinitionSubstitutions', `has no value for ${name}`);
    return JSON.stringify(value).slice(1, -1);
  });
  try {
    JSON.parse(definition);
  } catch (error) {
    properties.fail(property, `is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return definition;
}

function readText(path: string, fail: (reason: string) => never): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fail(`${path} cannot be read`);
  }
}
