import {
  AddPermissionCommand,
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  LambdaClient,
  ListFunctionsCommand,
  PutFunctionConcurrencyCommand,
  TooManyRequestsException,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { computeEndpoint, type EndpointUnderTest } from './support/compute-services';
import { invoke, TestFunctions } from './support/functions';
import { zip } from './support/zip';

let endpoint: EndpointUnderTest;
let client: LambdaClient;
let functions: TestFunctions;

beforeAll(async () => {
  endpoint = await computeEndpoint();
  client = new LambdaClient({ ...endpoint.client, maxAttempts: 1 });
  functions = new TestFunctions(client);
});

afterAll(async () => {
  await functions.deleteAll();
  client.destroy();
  await endpoint.close();
});

describe('invocation', () => {
  it('answers with what the handler returns and keeps module state warm', async () => {
    const { name, arn } = await functions.create(
      'let count = 0; export const handler = async (event, context) => ({ count: ++count, event, arn: context.invokedFunctionArn, ' +
        'left: context.getRemainingTimeInMillis(), name: context.functionName, memory: context.memoryLimitInMB })',
      { Timeout: 5, MemorySize: 256 },
    );
    const first = await invoke(client, name, { text: '万屋' });
    expect(first).toMatchObject({
      status: 200,
      error: undefined,
      payload: { count: 1, event: { text: '万屋' }, arn, name, memory: '256' },
    });
    const { left } = first.payload as { left: number };
    expect(left).toBeGreaterThan(1000);
    expect(left).toBeLessThanOrEqual(5000);
    expect((await invoke(client, name)).payload).toMatchObject({ count: 2 });
    expect((await invoke(client, arn)).payload).toMatchObject({ count: 3 });
  });

  it('runs CommonJS and handlers with a callback', async () => {
    const { name } = await functions.create(
      'const path = require("node:path"); exports.handler = (event, context, done) => setTimeout(() => done(null, path.basename(event.file)), 5)',
      {},
      'index.js',
    );
    expect((await invoke(client, name, { file: '/a/b.txt' })).payload).toBe('b.txt');
  });

  it('answers null where the handler returns nothing', async () => {
    const { name } = await functions.create('export const handler = async () => {}');
    expect(await invoke(client, name)).toMatchObject({ error: undefined, payload: null });
  });

  it('sees the variables of the function and of Lambda, and nothing else', async () => {
    const { name } = await functions.create('export const handler = async () => process.env', {
      Environment: { Variables: { TABLE: 'orders' } },
    });
    const variables = (await invoke(client, name)).payload as Record<string, string>;
    expect(variables).toMatchObject({
      TABLE: 'orders',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_REGION: endpoint.client.region,
      TZ: ':UTC',
    });
    expect(variables['AWS_LAMBDA_LOG_GROUP_NAME']).toBe(`/aws/lambda/${name}`);
    expect(variables).not.toHaveProperty('HOME');
    expect(variables).not.toHaveProperty('JEST_WORKER_ID');
  });

  it('checks, but does not run, a dry run', async () => {
    const { name } = await functions.create('export const handler = async () => 1');
    expect(await invoke(client, name, {}, { InvocationType: 'DryRun' })).toMatchObject({
      status: 204,
      payload: undefined,
    });
  });

  it('refuses unknown functions, broken JSON and events that are too large', async () => {
    const { name } = await functions.create('export const handler = async () => 1');
    await expect(invoke(client, 'conformance-not-there')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(invoke(client, `${name}:7`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(invoke(client, name, {}, { Payload: '{"a":' })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
    const large = JSON.stringify('x'.repeat(6_291_456));
    await expect(invoke(client, name, {}, { Payload: large })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
  });

  it('logs START, the lines, END and REPORT', async () => {
    const { name } = await functions.create(
      'export const handler = async () => { console.warn("low: %d", 3); process.stdout.write("raw\\n") }',
    );
    const { log } = await invoke(client, name);
    expect(log).toMatch(
      /^START RequestId: (\S+) Version: \$LATEST\n\S+Z\t\1\tWARN\tlow: 3\nraw\nEND RequestId: \1\nREPORT RequestId: \1\tDuration: /,
    );
    expect(log).toMatch(/Init Duration: [\d.]+ ms/);
    expect((await invoke(client, name)).log).not.toMatch(/Init Duration/);
  });
});

describe('errors', () => {
  it('carries the name of the error that was thrown', async () => {
    const { name } = await functions.create(
      'class OutOfStock extends Error { constructor() { super("none left"); this.name = "OutOfStock" } } export const handler = async () => { throw new OutOfStock() }',
    );
    const { status, error, payload } = await invoke(client, name);
    expect({ status, error }).toEqual({ status: 200, error: 'Unhandled' });
    expect(payload).toMatchObject({ errorType: 'OutOfStock', errorMessage: 'none left' });
    expect((payload as { trace: string[] }).trace[0]).toBe('OutOfStock: none left');
  });

  it('reports what is thrown that is no error', async () => {
    const { name } = await functions.create('export const handler = async () => { throw "plain" }');
    expect((await invoke(client, name)).payload).toMatchObject({
      errorType: 'string',
      errorMessage: 'plain',
    });
  });

  it('ends the environment at the timeout, also in a busy loop', async () => {
    const { name } = await functions.create(
      'let count = 0; export const handler = async (event) => { count++; if (event.loop) { console.log("looping"); for (;;); } return count }',
      { Timeout: 1 },
    );
    expect((await invoke(client, name)).payload).toBe(1);
    const timedOut = await invoke(client, name, { loop: true });
    expect(timedOut.error).toBe('Unhandled');
    expect(timedOut.payload).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
    });
    expect(timedOut.log).toContain('looping');
    expect((await invoke(client, name)).payload).toBe(1);
  });

  it('survives an exit, an error nobody caught and memory that runs out', async () => {
    const { name } = await functions.create(
      'export const handler = async ({ what }) => {' +
        ' if (what === "exit") process.exit(3);' +
        ' if (what === "memory") { const kept = []; for (;;) kept.push(new Array(100000).fill(Math.random())) }' +
        ' if (what === "rejection") { Promise.reject(new TypeError("lost")); await new Promise((r) => setTimeout(r, 1000)) }' +
        ' return "alive" }',
      { Timeout: 20 },
    );
    expect((await invoke(client, name, { what: 'exit' })).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
    });
    expect((await invoke(client, name, { what: 'rejection' })).payload).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'TypeError: lost',
    });
    expect((await invoke(client, name, { what: 'memory' })).payload).toMatchObject({
      errorType: 'Runtime.OutOfMemory',
    });
    expect((await invoke(client, name)).payload).toBe('alive');
  });

  it('names what keeps a module from loading', async () => {
    const missing = await functions.create('import "not-there"; export const handler = 1');
    expect((await invoke(client, missing.name)).payload).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
    });
    const other = await functions.create('export const somethingElse = 1');
    expect((await invoke(client, other.name)).payload).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
    });
    const throwing = await functions.create('throw new RangeError("at load")');
    expect((await invoke(client, throwing.name)).payload).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'at load',
    });
  });

  it('refuses a result of more than 6 MB', async () => {
    const { name } = await functions.create('export const handler = async () => "x".repeat(7000000)');
    expect((await invoke(client, name)).payload).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });
});

describe('concurrency', () => {
  const slow =
    'let busy = 0; export const handler = async () => { if (busy++) throw new Error("shared"); await new Promise((r) => setTimeout(r, 400)); busy--; return 1 }';

  it('gives each environment one invocation at a time', async () => {
    const { name } = await functions.create(slow, { Timeout: 10 });
    const results = await Promise.all(Array.from({ length: 5 }, () => invoke(client, name)));
    expect(results.map(({ payload }) => payload)).toEqual([1, 1, 1, 1, 1]);
  });

  it('throttles beyond the reserved concurrency', async () => {
    const { name } = await functions.create(slow, { Timeout: 10 });
    await client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 1 }),
    );
    const settled = await Promise.allSettled(Array.from({ length: 3 }, () => invoke(client, name)));
    const rejected = settled.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as TooManyRequestsException] : [],
    );
    expect(rejected).toHaveLength(2);
    expect(rejected[0]).toBeInstanceOf(TooManyRequestsException);
    expect(rejected[0]?.Reason).toBe('ReservedFunctionConcurrentInvocationLimitExceeded');
    expect(rejected[0]?.$metadata.httpStatusCode).toBe(429);
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    expect(
      (await Promise.all([invoke(client, name), invoke(client, name)])).map(({ payload }) => payload),
    ).toEqual([1, 1]);
  });
});

describe('management', () => {
  it('lists, describes and changes functions', async () => {
    const { name, arn } = await functions.create('export const handler = async () => process.env.K ?? "one"');
    const { Functions: listed } = await client.send(new ListFunctionsCommand({}));
    expect(listed?.map(({ FunctionName }) => FunctionName)).toContain(name);
    expect((await invoke(client, name)).payload).toBe('one');

    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: name,
        Timeout: 7,
        Environment: { Variables: { K: 'two' } },
      }),
    );
    expect((await invoke(client, name)).payload).toBe('two');

    const changed = zip({ 'src/app.mjs': 'export const inner = { go: async () => "three" }' });
    await client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: changed }));
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: name, Handler: 'src/app.inner.go' }),
    );
    expect((await invoke(client, name)).payload).toBe('three');

    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: arn }));
    expect(Configuration).toMatchObject({
      FunctionName: name,
      FunctionArn: arn,
      Timeout: 7,
      Handler: 'src/app.inner.go',
      State: 'Active',
    });
  });

  it('keeps the resource policy', async () => {
    const { name, arn } = await functions.create('export const handler = async () => 1');
    const permission = {
      FunctionName: name,
      StatementId: 'rule',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
    };
    await client.send(new AddPermissionCommand(permission));
    await expect(client.send(new AddPermissionCommand(permission))).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
    const { Policy } = await client.send(new GetPolicyCommand({ FunctionName: name }));
    expect(JSON.parse(Policy ?? '')).toMatchObject({
      Statement: [{ Sid: 'rule', Effect: 'Allow', Resource: arn }],
    });
  });

  it('refuses a second function of the same name and settings out of range', async () => {
    const { name } = await functions.create('export const handler = async () => 1');
    await expect(functions.create('', { FunctionName: name })).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
    await expect(functions.create('export const handler = 1', { Timeout: 901 })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(
      functions.create('export const handler = 1', { Code: { ZipFile: Buffer.from('no zip') } }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });
});
