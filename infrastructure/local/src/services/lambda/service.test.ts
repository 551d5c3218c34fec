import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LambdaClient, PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  startComputeServices,
  type ComputeOptions,
  type ComputeServices,
} from '../../../conformance/support/compute-services';
import { eventually, TestFunctions } from '../../../conformance/support/functions';
import type { FunctionSpec } from '../../artefacts/model';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const client = { region: 'ap-northeast-1', credentials };

let sources: string;
let services: ComputeServices | undefined;

beforeEach(async () => {
  sources = await mkdtemp(join(tmpdir(), 'lambda-sources-'));
});

afterEach(async () => {
  await services?.close();
  services = undefined;
  await rm(sources, { recursive: true });
});

function spec(name: string, settings: Partial<FunctionSpec> = {}): FunctionSpec {
  return {
    logicalId: name,
    name,
    entry: join(sources, `${name}.ts`),
    handler: 'handler',
    timeoutSeconds: 10,
    memoryMb: 128,
    environment: {},
    eventSources: [],
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 21_600,
    ...settings,
  };
}

async function start(options: ComputeOptions): Promise<ComputeServices> {
  services = await startComputeServices({ asyncRetryDelaysMs: [20, 40], ...options });
  return services;
}

const write = (name: string, text: string): Promise<void> => writeFile(join(sources, `${name}.ts`), text);

async function answer(name: string, event: unknown = {}): Promise<unknown> {
  const result = await services?.lambda.invoke(name, JSON.stringify(event));
  return JSON.parse(result?.payload ?? 'null');
}

describe('functions of the template', () => {
  it('bundles TypeScript and maps stack traces to it', async () => {
    await write('shared', 'export class OutOfStock extends Error {\n  override name = "OutOfStock";\n}\n');
    await write(
      'fails',
      'import { OutOfStock } from "./shared";\n\nexport const handler = async (): Promise<void> => {\n  throw new OutOfStock("none");\n};\n',
    );
    await start({ functions: [spec('fails', { handler: 'index.handler' })] });
    const error = (await answer('fails')) as { errorType: string; trace: string[] };
    expect(error.errorType).toBe('OutOfStock');
    expect(error.trace[1]).toContain(`${join(sources, 'fails.ts')}:4:9`);
  });

  it('takes new code after a save; what runs ends with the old one', async () => {
    await write('value', 'export const value = "old";\n');
    await write(
      'reads',
      'import { value } from "./value";\nexport const handler = async ({ ms }: { ms: number }) => { await new Promise((r) => setTimeout(r, ms)); return value; };\n',
    );
    await write('other', 'let count = 0; export const handler = async () => ++count;\n');
    const { lambda } = await start({ functions: [spec('reads'), spec('other')] });
    expect(await answer('reads', { ms: 0 })).toBe('old');
    expect(await answer('other')).toBe(1);
    await lambda.built();
    const running = answer('reads', { ms: 1500 });
    await sleep(50);
    await write('value', 'export const value = "new";\n');
    await eventually(async () => ((await answer('reads', { ms: 0 })) === 'new' ? true : undefined));
    expect(await running).toBe('old');
    // A function that has nothing to do with the file keeps its environments.
    expect(await answer('other')).toBe(2);
  });

  it('keeps the old code while the new one does not build, and tells why where there is none', async () => {
    const reported = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await write('broken', 'export const handler = async () => {{{\n');
    await write('fine', 'export const handler = async () => "fine";\n');
    const { lambda } = await start({ functions: [spec('broken'), spec('fine')] });
    expect(await answer('fine')).toBe('fine');
    expect(await answer('broken')).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringContaining('broken.ts'),
    });
    await write('broken', 'export const handler = async () => "mended";\n');
    await eventually(async () => ((await answer('broken')) === 'mended' ? true : undefined));
    await lambda.built();
    await write('fine', 'export const handler = }\n');
    await eventually(async () =>
      reported.mock.calls.some(([text]) => String(text).includes('fine does not build')) ? true : undefined,
    );
    expect(await answer('fine')).toBe('fine');
    reported.mockRestore();
  });

  it('does not build again what has not changed', async () => {
    await write('same', 'export const handler = async () => 1;\n');
    const first = await start({ functions: [spec('same')] });
    expect(await answer('same')).toBe(1);
    await first.lambda.built();
    await first.stop();
    const bundle = join(first.directory, 'lambda', 'same', 'index.mjs');
    await writeFile(bundle, (await readFile(bundle, 'utf8')).replace('=> 1', '=> 2'));
    await start({ functions: [spec('same')], data: first.directory });
    expect(await answer('same')).toBe(2);
  });

  it('appends the log to a file', async () => {
    await write('talks', 'export const handler = async () => console.log("to the file");\n');
    const logDirectory = join(sources, 'logs');
    await start({ functions: [spec('talks')], logDirectory });
    await answer('talks');
    const text = await eventually(async () => {
      const content = await readFile(join(logDirectory, 'talks.log'), 'utf8');
      return content.includes('REPORT') ? content : undefined;
    });
    expect(text).toMatch(/^START .*\n.*\tINFO\tto the file\nEND .*\nREPORT .*\n$/);
  });
});

describe('capacity', () => {
  it('serves a burst beyond the bound with the environments there are', async () => {
    await write(
      'one',
      'let n = 0; export const handler = async () => { if (n++) throw new Error("shared"); await new Promise((r) => setTimeout(r, 30)); n--; return 1; };\n',
    );
    const { lambda } = await start({ functions: [spec('one')], maximumEnvironments: 2 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer('one')));
    expect(answers).toEqual(Array.from({ length: 20 }, () => 1));
    expect(lambda.functions.get('one').environments).toBeLessThanOrEqual(2);
  });

  it('meets a burst of computations with more environments, but not where the CPUs are busy already', async () => {
    await write(
      'spin',
      `const id = crypto.randomUUID();
       export const handler = async () => { const end = Date.now() + 100; while (Date.now() < end); return id; };`,
    );
    const burst = async (isSaturated: () => boolean): Promise<number> => {
      await start({ functions: [spec('spin')], isSaturated });
      const ids = await Promise.all(Array.from({ length: 12 }, () => answer('spin')));
      await services?.close();
      return new Set(ids).size;
    };
    expect(await burst(() => true)).toBe(1);
    expect(await burst(() => false)).toBeGreaterThan(1);
  });

  it('gives the place of an idle function to one that needs it', async () => {
    for (const name of ['a', 'b', 'c'])
      await write(name, `let n = 0; export const handler = async () => "${name}" + ++n;\n`);
    const { lambda } = await start({
      functions: ['a', 'b', 'c'].map((name) => spec(name)),
      maximumEnvironments: 2,
    });
    expect(await answer('a')).toBe('a1');
    expect(await answer('b')).toBe('b1');
    expect(await answer('c')).toBe('c1');
    expect(lambda.functions.get('a').environments).toBe(0);
    expect(await answer('b')).toBe('b2');
  });

  it('throttles what waits too long', async () => {
    await write(
      'slow',
      'export const handler = async () => { await new Promise((r) => setTimeout(r, 1500)); return 1; };\n',
    );
    const { lambda } = await start({ functions: [spec('slow')], maximumEnvironments: 1, queueWaitMs: 300 });
    await lambda.built();
    const first = answer('slow');
    await sleep(20);
    await expect(answer('slow')).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
    expect(await first).toBe(1);
  });
});

describe('asynchronous invocation', () => {
  const flaky = (times: number): string =>
    `let n = 0; export const handler = async (event: object) => { if (++n <= ${times}) throw new Error("attempt " + n); console.log("done at " + n + JSON.stringify(event)); };\n`;

  async function logged(name: string, text: string): Promise<true> {
    const { CloudWatchLogsClient, FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const logs = new CloudWatchLogsClient({ ...client, endpoint: services?.url ?? '' });
    try {
      return await eventually(async () => {
        const { events } = await logs.send(
          new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: `"${text}"` }),
        );
        return (events ?? []).length > 0 ? true : undefined;
      });
    } finally {
      logs.destroy();
    }
  }

  it('retries', async () => {
    await write('flaky', flaky(2));
    const { lambda } = await start({ functions: [spec('flaky')] });
    await lambda.invokeAsync('flaky', '{"x":1}');
    await logged('flaky', 'done at 3{\\"x\\":1}');
  });

  it('gives up after the last attempt and reports to the destination', async () => {
    await write('never', flaky(100));
    const queueArn = 'arn:aws:sqs:ap-northeast-1:000000000000:failures';
    const { lambda, ports, url } = await start({
      functions: [spec('never', { maximumRetryAttempts: 1, onFailureArn: queueArn })],
    });
    const sqs = new SQSClient({ ...client, endpoint: url });
    await sqs.send(new CreateQueueCommand({ QueueName: 'failures' }));
    sqs.destroy();
    await lambda.invokeAsync('never', '{"order":7}');
    const [message] = await ports.queues.receive(queueArn, { max: 1, waitMs: 10_000 });
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      requestContext: {
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
        functionArn: expect.stringContaining(':function:never:$LATEST'),
      },
      requestPayload: { order: 7 },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'attempt 2' },
    });
  });

  it('goes on after a restart, with the functions made over the API', async () => {
    const first = await start({ asyncRetryDelaysMs: [600_000, 600_000] });
    const lambda = new LambdaClient({ ...client, endpoint: first.url });
    const functions = new TestFunctions(lambda);
    const { name } = await functions.create(
      'export const handler = async () => { if (!process.env.OK) throw new Error("not yet"); console.log("done") }',
    );
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName: name, MaximumRetryAttempts: 2 }),
    );
    await first.lambda.invokeAsync(name, '{}');
    await logged(name, 'not yet');
    lambda.destroy();
    await first.stop();
    await start({ data: first.directory });
    // Its retry is ten minutes away.
    expect(services?.lambda.pendingEvents()).toBe(1);
    expect(services?.lambda.functions.get(name).record.async.maximumRetryAttempts).toBe(2);
  });
});
