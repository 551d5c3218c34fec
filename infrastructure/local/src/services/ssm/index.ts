import { createHash } from 'node:crypto';
import { AwsError, handleJson, type Operations, type ServiceModule } from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import type { Collection } from '../../store/store';

type ParameterType = 'String' | 'StringList' | 'SecureString';

interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly description?: string;
  readonly value: string;
  readonly version: number;
  /** Epoch seconds. */
  readonly changedAt: number;
}

interface Filter {
  readonly Key: string;
  readonly Option?: string;
  readonly Values?: readonly string[];
}

interface Paged {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Parameter values for the template (`AWS::SSM::Parameter::Value<String>`) and `{{resolve:ssm:...}}`. */
export interface ParameterPort {
  parameter(name: string): string | undefined;
}

const validName = /^[a-zA-Z0-9_.\-/]+$/;
const largestValue = 8 * 1024;

/**
 * SSM Parameter Store. `initial` (name -> value) is written at every start, since local ports move.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/
 */
export async function createSsm(
  context: CloudContext,
  initial: Readonly<Record<string, string>>,
): Promise<ServiceModule & ParameterPort> {
  const collection = await context.store.collection<Parameter>('ssm.parameters');
  const parameters = new Parameters(context, collection);
  for (const [name, value] of Object.entries(initial)) {
    if (collection.get(name)?.value !== value) parameters.put({ Name: name, Value: value, Overwrite: true });
  }
  const operations = parameters.operations();
  return {
    name: 'ssm',
    handle: (request) => handleJson(request, operations, () => context.store.flushed()),
    parameter: (name) => collection.get(name)?.value,
  };
}

class Parameters {
  constructor(
    private readonly context: CloudContext,
    private readonly parameters: Collection<Parameter>,
  ) {}

  operations(): Operations {
    return {
      PutParameter: (input: never) => this.put(input),
      GetParameter: (input: never) => this.get(input),
      GetParameters: (input: never) => this.getSeveral(input),
      GetParametersByPath: (input: never) => this.byPath(input),
      DescribeParameters: (input: never) => this.describe(input),
      DeleteParameter: (input: never) => this.delete(input),
      DeleteParameters: (input: never) => this.deleteSeveral(input),
    };
  }

  put(input: {
    readonly Name?: string;
    readonly Value?: string;
    readonly Type?: ParameterType;
    readonly Description?: string;
    readonly Overwrite?: boolean;
  }): object {
    const { Name: name = '', Value: value = '', Description: description } = input;
    const existing = this.parameters.get(name);
    if (!validName.test(name))
      throw validation(`Parameter name: can't be ${name === '' ? 'empty' : `"${name}"`}.`);
    if (value === '') throw validation('Parameter value can not be empty.');
    if (value.length > largestValue)
      throw validation('The parameter value exceeds the limit of 8192 characters.');
    if (existing && !input.Overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const kept = description ?? existing?.description;
    const parameter: Parameter = {
      name,
      type: input.Type ?? existing?.type ?? 'String',
      ...(kept !== undefined && { description: kept }),
      value,
      version: (existing?.version ?? 0) + 1,
      changedAt: Date.now() / 1000,
    };
    this.parameters.set(name, parameter);
    return { Version: parameter.version, Tier: 'Standard' };
  }

  private get(input: { readonly Name?: string; readonly WithDecryption?: boolean }): object {
    const { Name: name = '' } = input;
    const parameter = this.find(name);
    if (!parameter) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
    return { Parameter: this.show(parameter, input.WithDecryption) };
  }

  private getSeveral(input: {
    readonly Names?: readonly string[];
    readonly WithDecryption?: boolean;
  }): object {
    const names = input.Names ?? [];
    if (names.length > 10)
      throw validation(
        "Value at 'names' failed to satisfy constraint: Member must have length less than or equal to 10",
      );
    const found = names.map((name) => this.find(name));
    return {
      Parameters: found.flatMap((parameter) =>
        parameter ? [this.show(parameter, input.WithDecryption)] : [],
      ),
      InvalidParameters: names.filter((_, at) => !found[at]),
    };
  }

  private byPath(
    input: Paged & {
      readonly Path?: string;
      readonly Recursive?: boolean;
      readonly WithDecryption?: boolean;
    },
  ): object {
    const path = `${(input.Path ?? '/').replace(/\/+$/, '')}/`;
    const inside = ({ name }: Parameter): boolean =>
      name.startsWith(path) && (input.Recursive === true || !name.slice(path.length).includes('/'));
    const { page, next } = paged(this.sorted().filter(inside), input, 10);
    return { Parameters: page.map((parameter) => this.show(parameter, input.WithDecryption)), ...next };
  }

  private describe(
    input: Paged & { readonly ParameterFilters?: readonly Filter[]; readonly Filters?: readonly Filter[] },
  ): object {
    const filters = [...(input.ParameterFilters ?? []), ...(input.Filters ?? [])];
    const { page, next } = paged(
      this.sorted().filter((parameter) => filters.every((filter) => fits(parameter, filter))),
      input,
      50,
    );
    return {
      Parameters: page.map((parameter) => ({
        Name: parameter.name,
        ARN: this.arn(parameter.name),
        Type: parameter.type,
        Description: parameter.description,
        Version: parameter.version,
        LastModifiedDate: parameter.changedAt,
        Tier: 'Standard',
        DataType: 'text',
      })),
      ...next,
    };
  }

  private delete({ Name: name = '' }: { readonly Name?: string }): object {
    if (!this.parameters.delete(name))
      throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
    return {};
  }

  private deleteSeveral({ Names: names = [] }: { readonly Names?: readonly string[] }): object {
    const deleted = names.filter((name) => this.parameters.delete(name));
    return { DeletedParameters: deleted, InvalidParameters: names.filter((name) => !deleted.includes(name)) };
  }

  /** By name, ARN, or either with `:version`. */
  private find(given: string): Parameter | undefined {
    const name = given.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter(\/?)/, (_, slash: string) => slash);
    const [plain = '', version] = name.split(':');
    const parameter = this.parameters.get(plain) ?? this.parameters.get(plain.replace(/^\//, ''));
    return version === undefined || String(parameter?.version) === version ? parameter : undefined;
  }

  private sorted(): Parameter[] {
    return [...this.parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private arn(name: string): string {
    const { region, accountId } = this.context;
    return `arn:aws:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  }

  private show(parameter: Parameter, decrypted: boolean | undefined): object {
    const { name, type, value, version, changedAt } = parameter;
    // Without decryption AWS gives out the ciphertext: something, but not the value.
    const hidden = type === 'SecureString' && !decrypted;
    return {
      Name: name,
      Type: type,
      Value: hidden ? createHash('sha256').update(value).digest('base64') : value,
      Version: version,
      LastModifiedDate: changedAt,
      ARN: this.arn(name),
      DataType: 'text',
    };
  }
}

function paged(
  all: readonly Parameter[],
  input: Paged,
  defaultSize: number,
): { page: readonly Parameter[]; next: object } {
  const rest = all.filter(({ name }) => name > (input.NextToken ?? ''));
  const page = rest.slice(0, input.MaxResults ?? defaultSize);
  return { page, next: rest.length > page.length ? { NextToken: page.at(-1)?.name } : {} };
}

function fits({ name, type }: Parameter, { Key: key, Option: option, Values: values = [] }: Filter): boolean {
  if (key === 'Type') return values.includes(type);
  if (key === 'Path') return values.some((path) => name.startsWith(`${path.replace(/\/+$/, '')}/`));
  if (key !== 'Name') throw new AwsError('InvalidFilterKey', `The filter key ${key} is not served here`);
  return values.some((value) => {
    if (option === 'BeginsWith') return name.startsWith(value);
    return option === 'Contains' ? name.includes(value) : name === value;
  });
}

function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
