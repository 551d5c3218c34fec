import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createProbe, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { request } from 'undici';
import { startCloud, type Cloud } from '../cloud';
import { readEnvironment } from './environment';

const project = fileURLToPath(new URL('../../conformance/support/project', import.meta.url));
const machineArn = 'arn:aws:states:ap-northeast-1:000000000000:stateMachine:probe';

let directory: string;
let root: string;
let cloud: Cloud;
let messages: string[];

async function start(ports = { awsPort: 0, gatewayPort: 0 }): Promise<Cloud> {
  return startCloud({
    root,
    dataDirectory: join(directory, 'data'),
    ...ports,
    searchPort: 0,
    parameters: { '/conformance/upstream-url': 'http://127.0.0.1:1', '/conformance/jwks': '{"keys":[]}' },
    secrets: {},
    watch: true,
  });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yorozu-cloud-'));
  root = join(directory, 'project');
  await cp(project, root, { recursive: true });
  await change('infrastructure/sam/template.yaml', (template) =>
    template.replace(
      'Resources:\n',
      'Resources:\n  Probe: { Type: AWS::Serverless::StateMachine, Properties: { Name: probe, DefinitionUri: probe.asl.json } }\n',
    ),
  );
  await writeFile(join(root, 'infrastructure/sam/probe.asl.json'), definition('first'));
  messages = [];
  jest.spyOn(console, 'error').mockImplementation((message: unknown) => void messages.push(String(message)));
  cloud = await start();
});

afterEach(async () => {
  await cloud.close();
  jest.restoreAllMocks();
  await rm(directory, { recursive: true });
});

function definition(comment: string): string {
  return JSON.stringify({ Comment: comment, StartAt: 'Only', States: { Only: { Type: 'Succeed' } } });
}

async function change(path: string, edit: (text: string) => string): Promise<void> {
  const file = join(root, path);
  await writeFile(file, edit(await readFile(file, 'utf8')));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 300; round++) {
    if (await condition()) return;
    await sleep(20);
  }
  throw new Error(`did not happen: ${messages.join('\n')}`);
}

function client(): {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  return {
    endpoint: cloud.urls.aws,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

async function json(path: string): Promise<Record<string, unknown>> {
  const { body } = await request(cloud.urls.aws + path);
  return (await body.json()) as Record<string, unknown>;
}

describe('saved artefacts', () => {
  it('are taken on while running: workflows, rules, settings of functions, routes', async () => {
    const [states, events, lambda] = [
      new SFNClient(client()),
      new EventBridgeClient(client()),
      new LambdaClient(client()),
    ];
    await writeFile(join(root, 'infrastructure/sam/probe.asl.json'), definition('second'));
    await change('events/rules/unmatched.json', (rule) =>
      rule.replace('conformance.nothing', 'conformance.other'),
    );
    await change('infrastructure/sam/template.yaml', (template) =>
      template
        .replace('Handler: echo.handler', 'Handler: echo.handler\n      Timeout: 7')
        .replace('Path: /jwt,', 'Path: /renamed,'),
    );
    await until(() => messages.some((message) => message.includes('artefacts reloaded')));
    const machine = await states.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn }));
    expect(machine.definition).toBe(definition('second'));
    const { Rules = [] } = await events.send(new ListRulesCommand({ EventBusName: 'conformance-bus' }));
    expect(Rules.find(({ Name }) => Name === 'conformance-unmatched')?.EventPattern).toContain(
      'conformance.other',
    );
    const echo = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'conformance-echo' }));
    expect(echo.Timeout).toBe(7);
    expect((await request(`${cloud.urls.gateway}/jwt`)).statusCode).toBe(404);
    expect((await request(`${cloud.urls.gateway}/renamed`)).statusCode).toBe(401);
    for (const sdk of [states, events, lambda]) sdk.destroy();
  });

  it('that are invalid are reported and change nothing', async () => {
    await change('infrastructure/sam/template.yaml', (template) =>
      template.replace('Handler: echo.handler', 'Handler: !Ref Nobody'),
    );
    await until(() => messages.some((message) => message.includes('not reloaded')));
    expect(messages.join('\n')).toContain('EchoFunction.Handler: Ref Nobody');
    expect((await request(`${cloud.urls.gateway}/echo/exact`)).statusCode).toBe(200);
    await change('infrastructure/sam/template.yaml', (template) =>
      template.replace('Handler: !Ref Nobody', 'Handler: echo.handler'),
    );
    await until(() => messages.some((message) => message.includes('artefacts reloaded')));
  });
});

describe('/_local', () => {
  it('counts operations by service and kind', async () => {
    const [events, lambda] = [new EventBridgeClient(client()), new LambdaClient(client())];
    const count = async (service: string, kind: string): Promise<number> =>
      ((await json('/_local/operations'))[service] as Record<string, number> | undefined)?.[kind] ?? 0;
    const kinds = [
      ['events', 'PutEvents', 1],
      ['events', 'PutEvents entries', 2],
      ['sqs', 'SendMessage (delivery)', 1],
      ['lambda', 'Invoke', 1],
      ['lambda', 'Invocation conformance-authorizer', 1],
    ] as const;
    const before = await Promise.all(kinds.map(([service, kind]) => count(service, kind)));
    const entry = { EventBusName: 'conformance-bus', DetailType: 'x', Detail: '{}' };
    await events.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Source: 'conformance.nothing' },
          { ...entry, Source: 'other' },
        ],
      }),
    );
    await lambda.send(
      new InvokeCommand({
        FunctionName: 'conformance-authorizer',
        Payload: Buffer.from('{"identitySource":["good"]}'),
      }),
    );
    await until(async () => (await count('sqs', 'SendMessage (delivery)')) > (before[2] ?? 0));
    const after = await Promise.all(kinds.map(([service, kind]) => count(service, kind)));
    expect(after.map((value, index) => value - (before[index] ?? 0))).toEqual(kinds.map(([, , by]) => by));
    for (const sdk of [events, lambda]) sdk.destroy();
  });

  it('tells of health, mail and text messages, and takes GET only', async () => {
    expect(await json('/_local/health')).toMatchObject({ status: 'ok' });
    expect(await json('/_local/mailbox')).toEqual([]);
    expect(await json('/_local/sms')).toEqual({ messages: [] });
    expect((await request(`${cloud.urls.aws}/_local/nothing`)).statusCode).toBe(404);
    expect((await request(`${cloud.urls.aws}/_local/health`, { method: 'POST' })).statusCode).toBe(405);
  });
});

describe('start and stop', () => {
  it('frees ports and data, so that it can start again on them', async () => {
    const ports = {
      awsPort: Number(new URL(cloud.urls.aws).port),
      gatewayPort: Number(new URL(cloud.urls.gateway).port),
    };
    await cloud.close();
    cloud = await start(ports);
    expect(await json('/_local/health')).toMatchObject({ status: 'ok' });
  });

  it('fails where a port is taken', async () => {
    const taken = createProbe();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    await cloud.close();
    await expect(start({ awsPort: port, gatewayPort: 0 })).rejects.toThrow('EADDRINUSE');
    await new Promise((resolve) => taken.close(resolve));
    cloud = await start();
  });
});

describe('the environment', () => {
  it('names what is missing or wrong', () => {
    expect(() => readEnvironment({})).toThrow('LOCAL_DATA_DIR');
    expect(() => readEnvironment({ LOCAL_DATA_DIR: 'x', LOCAL_PARAMETERS: '{' })).toThrow('LOCAL_PARAMETERS');
    expect(() => readEnvironment({ LOCAL_DATA_DIR: 'x', LOCAL_AWS_PORT: 'many' })).toThrow('LOCAL_AWS_PORT');
    expect(readEnvironment({ LOCAL_DATA_DIR: 'x', LOCAL_SECRETS: '{"a":"b"}' })).toMatchObject({
      LOCAL_AWS_PORT: 4566,
      LOCAL_PARAMETERS: {},
      LOCAL_SECRETS: { a: 'b' },
    });
  });
});
