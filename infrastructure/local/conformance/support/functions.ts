import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  type CreateFunctionCommandInput,
  type InvokeCommandInput,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { zip } from './zip';

const role = process.env['CONFORMANCE_ROLE_ARN'] ?? 'arn:aws:iam::000000000000:role/conformance';

export function unique(prefix: string): string {
  return `conformance-${prefix}-${randomBytes(5).toString('hex')}`;
}

/** Functions that a suite makes, deleted at its end. */
export class TestFunctions {
  private readonly names: string[] = [];

  constructor(private readonly client: LambdaClient) {}

  /** `source`: ESM with an export `handler`. Returns the function's name and ARN. */
  async create(
    source: string,
    settings: Partial<CreateFunctionCommandInput> = {},
    file = 'index.mjs',
  ): Promise<{ name: string; arn: string }> {
    const name = unique('function');
    const created = await this.client.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: role,
        Code: { ZipFile: zip({ [file]: source }) },
        ...settings,
      }),
    );
    this.names.push(name);
    return { name, arn: created.FunctionArn ?? '' };
  }

  async deleteAll(): Promise<void> {
    for (const FunctionName of this.names.splice(0)) {
      await this.client.send(new DeleteFunctionCommand({ FunctionName })).catch(() => undefined);
    }
  }
}

export interface InvokeResult {
  readonly status: number;
  readonly error: string | undefined;
  readonly payload: unknown;
  readonly log: string;
}

export async function invoke(
  client: LambdaClient,
  name: string,
  event: unknown = {},
  settings: Partial<InvokeCommandInput> = {},
): Promise<InvokeResult> {
  const output = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail', ...settings }),
  );
  const text = Buffer.from(output.Payload ?? []).toString();
  return {
    status: output.StatusCode ?? 0,
    error: output.FunctionError,
    payload: text === '' ? undefined : (JSON.parse(text) as unknown),
    log: Buffer.from(output.LogResult ?? '', 'base64').toString(),
  };
}

/** Asks until the answer is there; rejects with the last error after `timeoutMs`. */
export async function eventually<T>(ask: () => Promise<T | undefined>, timeoutMs = 15_000): Promise<T> {
  const until = Date.now() + timeoutMs;
  let last: unknown = new Error('nothing came');
  while (Date.now() < until) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw last;
}
