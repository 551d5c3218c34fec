import { AwsError } from '../../endpoint/aws';

/** ARNs of one account and region. An execution's key is `<state machine>/<name>`. */
export class Arns {
  private readonly prefix: string;
  constructor(region: string, accountId: string) {
    this.prefix = `arn:aws:states:${region}:${accountId}`;
  }

  machine(name: string): string {
    return `${this.prefix}:stateMachine:${name}`;
  }

  execution(key: string): string {
    return `${this.prefix}:execution:${key.replace('/', ':')}`;
  }

  express(key: string): string {
    return `${this.prefix}:express:${key.replace('/', ':')}`;
  }

  /** Roles are not looked up; definitions that name none get this one. */
  role(name: string): string {
    return `arn:aws:iam::${this.prefix.split(':')[4] ?? ''}:role/${name}`;
  }

  /** Name of the machine in an ARN. A version or alias behind it is not kept here and thus not found. */
  machineName(arn: string): string {
    const found = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:([^:]+(?::[^:]+)?)$/.exec(arn)?.[1];
    if (found === undefined) throw invalidArn(arn);
    return found;
  }

  executionKey(arn: string): string {
    const [, machine, name] =
      /^arn:aws[\w-]*:states:[\w-]+:\d{12}:(?:execution|express):([^:]+):([^:]+)(?::[^:]+)?$/.exec(arn) ?? [];
    if (machine === undefined || name === undefined) throw invalidArn(arn);
    return `${machine}/${name}`;
  }
}

function invalidArn(arn: string): AwsError {
  return new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN: ${arn}'`);
}
