import { AwsError, type Operations } from '../../endpoint/aws';
import type { Arns } from './arns';
import { maximumDefinitionBytes } from './asl/compile';
import { type Json, type JsonObject, isArray, isObject } from './asl/json';
import type { Clock } from './clock';
import type { Engine } from './engine';
import { optionalText, page, requiredText, validName, validation } from './input';
import { type MachineRecord, type Machines, validate } from './machines';

const settings = ['loggingConfiguration', 'tracingConfiguration', 'encryptionConfiguration'];

/** Operations on state machines. https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html */
export function machineOperations(parts: {
  machines: Machines;
  engine: Engine;
  arns: Arns;
  clock: Clock;
}): Operations {
  const { machines, engine, arns, clock } = parts;

  const find = (arn: string): MachineRecord => engine.machine(arn);
  const tagged = (arn: string): MachineRecord => {
    try {
      return find(arn);
    } catch {
      throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`, 400, { resourceName: arn });
    }
  };

  return {
    CreateStateMachine: (input: JsonObject) => {
      const name = validName(requiredText(input, 'name'));
      const definition = definitionOf(requiredText(input, 'definition'));
      const roleArn = requiredText(input, 'roleArn');
      const type = typeOf(input);
      const existing = machines.find(name);
      if (existing) {
        const same =
          existing.definition === definition && existing.roleArn === roleArn && existing.type === type;
        if (!same)
          throw new AwsError(
            'StateMachineAlreadyExists',
            `State Machine Already Exists: '${arns.machine(name)}'`,
          );
        return { stateMachineArn: arns.machine(name), creationDate: existing.createdAt / 1000 };
      }
      const machine = machines.create(name, type, definition, roleArn, clock.now());
      machine.settings = settingsOf(input);
      machine.tags = tagsOf(input['tags']);
      machines.save(machine);
      return { stateMachineArn: arns.machine(name), creationDate: machine.createdAt / 1000 };
    },

    UpdateStateMachine: (input: JsonObject) => {
      const machine = find(requiredText(input, 'stateMachineArn'));
      const definition = optionalText(input, 'definition');
      const roleArn = optionalText(input, 'roleArn');
      const changed = settingsOf(input);
      if (definition === undefined && roleArn === undefined && Object.keys(changed).length === 0) {
        throw new AwsError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, or a configuration must be specified',
        );
      }
      machine.settings = { ...machine.settings, ...changed };
      machines.update(
        machine,
        {
          ...(definition !== undefined && { definition: definitionOf(definition) }),
          ...(roleArn !== undefined && { roleArn }),
        },
        clock.now(),
      );
      return { updateDate: machine.updatedAt / 1000, revisionId: machine.revision };
    },

    DeleteStateMachine: (input: JsonObject) => {
      machines.delete(arns.machineName(requiredText(input, 'stateMachineArn')));
      return {};
    },

    DescribeStateMachine: (input: JsonObject) => {
      const machine = find(requiredText(input, 'stateMachineArn'));
      return {
        stateMachineArn: arns.machine(machine.name),
        name: machine.name,
        status: 'ACTIVE',
        definition: machine.definition,
        roleArn: machine.roleArn,
        type: machine.type,
        creationDate: machine.createdAt / 1000,
        loggingConfiguration: { level: 'OFF', includeExecutionData: false },
        tracingConfiguration: { enabled: false },
        ...machine.settings,
        revisionId: machine.revision,
      };
    },

    ListStateMachines: (input: JsonObject) => {
      const all = machines.all().map((machine) => ({
        stateMachineArn: arns.machine(machine.name),
        name: machine.name,
        type: machine.type,
        creationDate: machine.createdAt / 1000,
      }));
      const { limit, offset } = page(input);
      const next = offset + limit;
      return {
        stateMachines: all.slice(offset, next),
        ...(next < all.length && { nextToken: encodeOffset(next) }),
      };
    },

    DescribeStateMachineForExecution: async (input: JsonObject) => {
      const arn = requiredText(input, 'executionArn');
      const record = await engine.find(arns.executionKey(arn));
      const revision = record && machines.revision(record.machine, record.revision);
      if (!revision) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
      return {
        stateMachineArn: arns.machine(revision.machine),
        name: revision.machine,
        definition: revision.definition,
        roleArn: revision.roleArn,
        updateDate: revision.createdAt / 1000,
        loggingConfiguration: { level: 'OFF', includeExecutionData: false },
        tracingConfiguration: { enabled: false },
        revisionId: revision.id,
      };
    },

    ValidateStateMachineDefinition: (input: JsonObject) => {
      const problems = validate(requiredText(input, 'definition'));
      const most =
        typeof input['maxResults'] === 'number' && input['maxResults'] > 0 ? input['maxResults'] : 100;
      return {
        result: problems.length === 0 ? 'OK' : 'FAIL',
        diagnostics: problems.slice(0, most).map((problem) => ({ severity: 'ERROR', ...problem })),
        truncated: problems.length > most,
      };
    },

    TagResource: (input: JsonObject) => {
      const machine = tagged(requiredText(input, 'resourceArn'));
      machine.tags = { ...machine.tags, ...tagsOf(input['tags']) };
      machines.save(machine);
      return {};
    },

    UntagResource: (input: JsonObject) => {
      const machine = tagged(requiredText(input, 'resourceArn'));
      const keys = isArray(input['tagKeys']) ? input['tagKeys'] : [];
      machine.tags = Object.fromEntries(Object.entries(machine.tags).filter(([key]) => !keys.includes(key)));
      machines.save(machine);
      return {};
    },

    ListTagsForResource: (input: JsonObject) => {
      const { tags } = tagged(requiredText(input, 'resourceArn'));
      return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
    },
  };
}

function definitionOf(text: string): string {
  if (Buffer.byteLength(text) <= maximumDefinitionBytes) return text;
  throw validation('definition', `must have length less than or equal to ${maximumDefinitionBytes}`);
}

function typeOf(input: JsonObject): 'STANDARD' | 'EXPRESS' {
  const type = input['type'] ?? 'STANDARD';
  if (type === 'STANDARD' || type === 'EXPRESS') return type;
  throw validation('type', 'must satisfy enum value set: [STANDARD, EXPRESS]');
}

function settingsOf(input: JsonObject): Record<string, Json> {
  return Object.fromEntries(
    settings.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
}

function tagsOf(tags: Json | undefined): Record<string, string> {
  const pairs = isArray(tags) ? tags.filter(isObject) : [];
  return Object.fromEntries(
    pairs.map(({ key, value }) => [
      typeof key === 'string' ? key : '',
      typeof value === 'string' ? value : '',
    ]),
  );
}

function encodeOffset(offset: number): string {
  return Buffer.from(String(offset)).toString('base64');
}
