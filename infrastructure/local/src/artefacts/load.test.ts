import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ArtefactError } from './errors';
import { loadArtefacts, type Loaded, type LoadOptions } from './load';

let root: string;

const resources = {
  eventBus: { name: 'bus', archive: { name: 'archive', retentionDays: 1 } },
  buckets: [],
  tables: [],
  queues: [{ name: 'orders', maxReceiveCount: 3, deadLetterQueue: 'dead' }, { name: 'dead' }],
  topics: [{ name: 'alerts', subscriptions: [] }],
};
const rule = {
  name: 'rule',
  description: 'a rule',
  eventPattern: { source: ['a'] },
  targets: [{ id: 'queue', type: 'sqs', resource: 'orders', deadLetterQueue: 'dead' }],
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yorozu-artefacts-'));
  write('infrastructure/resources.json', JSON.stringify(resources));
  write('events/rules/rule.json', JSON.stringify(rule));
  write('lambdas/a/handler.ts', '');
  write('lambdas/b/main.mjs', '');
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function load(template: string, options: Partial<LoadOptions> = {}): Loaded {
  write('infrastructure/sam/template.yaml', template);
  return loadArtefacts({ root, ...options });
}

function failure(run: () => unknown): ArtefactError {
  try {
    run();
  } catch (error) {
    if (error instanceof ArtefactError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

const functionA = `
  A:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: a, CodeUri: ../../lambdas/a/, Handler: handler.handler }
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [handler.ts] } }`;

describe('functions', () => {
  it('are read with globals, intrinsics and queue events', () => {
    const [a, b] = load(
      `
Parameters:
  Suffix: { Type: String, Default: -dev }
  Url: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/url }
  Unused: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/unknown }
Mappings: { Limits: { small: { memory: 256 } } }
Conditions:
  HasSuffix: !Not [!Equals [!Ref Suffix, '']]
  Never: !And [!Condition HasSuffix, !Equals [a, b]]
Globals:
  Function:
    Handler: handler.handler
    Timeout: 9
    VpcConfig: { SubnetIds: [!Ref Unused] }
    Environment: { Variables: { SHARED: '1', BOTH: global } }
Resources:
  Gone: { Type: AWS::Serverless::Function, Condition: Never, Properties: {} }
  A:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub 'a\${Suffix}'
      CodeUri: ../../lambdas/a/
      MemorySize: !FindInMap [Limits, small, memory]
      ReservedConcurrentExecutions: 5
      Environment:
        Variables:
          BOTH: own
          URL: !Sub ['\${Url}/\${Path}\${!Literal}', { Path: !Select [1, !Split [',', 'x,y']] }]
          SAGA: !Ref Machine
          JOINED: !Join ['-', [!Ref AWS::Region, !If [HasSuffix, with, without]]]
          NONE: !If [HasSuffix, !Ref AWS::NoValue, x]
          NUMBER: 3
          SECRET: '{{resolve:secretsmanager:db:SecretString:password}}'
          PLAIN: '{{resolve:ssm:/shop/url}}'
      EventInvokeConfig:
        MaximumRetryAttempts: 1
        MaximumEventAgeInSeconds: 60
        DestinationConfig: { OnFailure: { Type: SQS, Destination: !Sub 'arn:aws:sqs:\${AWS::Region}:\${AWS::AccountId}:dead' } }
      Events:
        Orders:
          Type: SQS
          Properties:
            Queue: !Sub arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:orders
            BatchSize: 5
            MaximumBatchingWindowInSeconds: 2
            FunctionResponseTypes: [ReportBatchItemFailures]
            ScalingConfig: { MaximumConcurrency: 4 }
            FilterCriteria: { Filters: [{ Pattern: '{"body":{"type":["x"]}}' }] }
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [handler.ts] } }
  B:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: ../../lambdas/b/, Handler: main.run }
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties: { Name: saga, Definition: { StartAt: A } }
`,
      {
        parameters: { '/shop/url': 'http://shop' },
        secrets: { db: '{"password":"s3cret"}' },
      },
    ).functions;
    expect(a).toEqual({
      logicalId: 'A',
      name: 'a-dev',
      entry: join(root, 'lambdas/a/handler.ts'),
      handler: 'handler',
      timeoutSeconds: 9,
      memoryMb: 256,
      environment: {
        SHARED: '1',
        BOTH: 'own',
        URL: 'http://shop/y${Literal}',
        SAGA: 'arn:aws:states:ap-northeast-1:000000000000:stateMachine:saga',
        JOINED: 'ap-northeast-1-with',
        NUMBER: '3',
        SECRET: 's3cret',
        PLAIN: 'http://shop',
      },
      reservedConcurrency: 5,
      eventSources: [
        {
          queueArn: 'arn:aws:sqs:ap-northeast-1:000000000000:orders',
          batchSize: 5,
          windowSeconds: 2,
          reportBatchItemFailures: true,
          maximumConcurrency: 4,
          enabled: true,
          filters: [{ body: { type: ['x'] } }],
        },
      ],
      maximumRetryAttempts: 1,
      maximumEventAgeSeconds: 60,
      onFailureArn: 'arn:aws:sqs:ap-northeast-1:000000000000:dead',
    });
    expect(b).toMatchObject({
      name: 'B',
      entry: join(root, 'lambdas/b/main.mjs'),
      handler: 'run',
      maximumRetryAttempts: 2,
    });
  });

  it('take overrides of parameters and no suffix by default', () => {
    const template = `
Parameters: { StageSuffix: { Type: String, Default: -dev } }
Resources:
  A: { Type: AWS::Serverless::Function, Properties: { FunctionName: !Sub 'a\${StageSuffix}', CodeUri: ../../lambdas/a/, Handler: handler.handler } }`;
    expect(load(template).functions[0]?.name).toBe('a');
    expect(load(template, { overrides: { StageSuffix: '-x', Other: '' } }).functions[0]?.name).toBe('a-x');
  });
});

describe('state machines', () => {
  const template = `
Resources:${functionA}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: saga
      DefinitionUri: ../../step-functions/saga.asl.json
      DefinitionSubstitutions: { FunctionArn: !GetAtt A.Arn }`;

  it('have their substitutions filled in', () => {
    write(
      'step-functions/saga.asl.json',
      '{"Resource":"${FunctionArn}","Input.$":"States.Format(\'{}\', $.a)"}',
    );
    const { stateMachines, sources } = load(template);
    expect(stateMachines).toEqual([
      {
        logicalId: 'Machine',
        name: 'saga',
        type: 'STANDARD',
        definition:
          '{"Resource":"arn:aws:lambda:ap-northeast-1:000000000000:function:a","Input.$":"States.Format(\'{}\', $.a)"}',
      },
    ]);
    expect(sources).toContain(join(root, 'step-functions/saga.asl.json'));
  });

  it('fail clearly on what is missing', () => {
    write('step-functions/saga.asl.json', '{"Resource":"${Other}"}');
    expect(failure(() => load(template))).toMatchObject({
      file: join(root, 'infrastructure/sam/template.yaml'),
      place: 'Machine.DefinitionSubstitutions',
      reason: 'has no value for Other',
    });
    write('step-functions/saga.asl.json', '{');
    expect(failure(() => load(template)).message).toContain('Machine.DefinitionUri: is not valid JSON');
  });
});

describe('APIs', () => {
  it('add routes to the API that Terraform owns', () => {
    write(
      'infrastructure/resources.json',
      JSON.stringify({
        ...resources,
        httpApi: {
          name: 'shop',
          cors: {
            allowOrigins: ['{{resolve:ssm:/shop/origin}}'],
            allowMethods: ['GET'],
            allowHeaders: [],
            exposeHeaders: [],
            allowCredentials: true,
            maxAgeSeconds: 1,
          },
          throttling: { rateLimit: 10, burstLimit: 5 },
        },
      }),
    );
    const { httpApi } = load(
      `
Parameters:
  ApiId: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /ecommerce/http-api-id }
Resources:${functionA}
  AIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref ApiId, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt A.Arn, PayloadFormatVersion: '2.0', TimeoutInMillis: 5000 }
  ARoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref ApiId, RouteKey: GET /a, Target: !Join ['/', [integrations, !Ref AIntegration]], AuthorizationType: JWT, AuthorizerId: !Ref Jwt, AuthorizationScopes: [read] }
  Jwt:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties: { ApiId: !Ref ApiId, AuthorizerType: JWT, IdentitySource: [$request.header.Authorization], JwtConfiguration: { Issuer: 'http://issuer', Audience: [shop] } }
  Proxy:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref ApiId, IntegrationType: HTTP_PROXY, IntegrationMethod: ANY, IntegrationUri: 'http://core', ConnectionType: VPC_LINK, PayloadFormatVersion: '1.0' }
  ProxyRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref ApiId, RouteKey: 'ANY /api/{proxy+}', Target: !Sub 'integrations/\${Proxy}' }
  Permission: { Type: AWS::Lambda::Permission, Properties: { SourceArn: !Sub '\${Nothing}' } }`,
      { parameters: { '/shop/origin': 'http://localhost:5173' } },
    );
    expect(httpApi).toMatchObject({
      name: 'shop',
      cors: { allowOrigins: ['http://localhost:5173'] },
      throttling: { rateLimit: 10, burstLimit: 5 },
      routes: [
        {
          routeKey: 'GET /a',
          integration: { type: 'lambda', functionName: 'a', timeoutMs: 5000 },
          authorizer: { type: 'jwt', issuer: 'http://issuer', audience: ['shop'] },
          authorizationScopes: ['read'],
        },
        {
          routeKey: 'ANY /api/{proxy+}',
          integration: { type: 'http', uri: 'http://core', appendPath: true },
        },
      ],
    });
  });

  test.each([
    ["RequestParameters: { 'append:body.x': y }", 'Proxy.RequestParameters'],
    ["RequestParameters: { 'append:header.x': $request.body.y }", 'Proxy.RequestParameters'],
    ["ResponseParameters: { '200': {} }", 'Proxy.ResponseParameters'],
    ['IntegrationSubtype: x, IntegrationUri: somewhere', 'Proxy.IntegrationUri'],
  ])('refuse what the gateway would not do: %s', (property, place) => {
    const uri = property.includes('IntegrationUri') ? '' : 'IntegrationUri: http://core, ';
    const template = `
Resources:
  Http: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: http, ProtocolType: HTTP } }
  Proxy: { Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref Http, IntegrationType: HTTP_PROXY, ${uri}${property} } }
  Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Http, RouteKey: $default, Target: !Sub 'integrations/\${Proxy}' } }`;
    expect(failure(() => load(template)).place).toBe(place);
  });

  it('give local addresses for public ones', () => {
    const { functions, webSocketApi } = load(
      `
Resources:
  Socket:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: socket, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action }
  Http: { Type: AWS::Serverless::HttpApi }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Socket, StageName: live } }
  A:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../../lambdas/a/
      Handler: handler.handler
      Environment:
        Variables:
          MANAGEMENT: !Sub https://\${Socket}.execute-api.\${AWS::Region}.amazonaws.com/\${Stage}
          CLIENTS: !Sub '\${Socket.ApiEndpoint}/live'
          HTTP: !Sub https://\${Http}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}
          ARN: !Sub arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Socket}/*
  Connect: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Socket, RouteKey: $connect, Target: !Sub 'integrations/\${Join}' } }
  Ask: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Socket, RouteKey: ask, RouteResponseSelectionExpression: $default, Target: !Sub 'integrations/\${Join}' } }
  Join:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Socket, IntegrationType: AWS_PROXY, IntegrationUri: !Sub 'arn:aws:apigateway:x:lambda:path/2015-03-31/functions/\${A.Arn}/invocations' }`,
      { endpointUrl: 'http://localhost:1', gatewayUrl: 'http://localhost:2' },
    );
    expect(functions[0]?.environment).toMatchObject({
      MANAGEMENT: 'http://localhost:1/live',
      CLIENTS: 'ws://localhost:2',
      HTTP: 'http://localhost:2',
    });
    expect(functions[0]?.environment.ARN).toMatch(
      /^arn:aws:execute-api:ap-northeast-1:000000000000:[a-z0-9]{10}\/\*$/,
    );
    expect(webSocketApi).toMatchObject({
      stage: 'live',
      routes: [
        { routeKey: '$connect', functionName: 'A', respond: false },
        { routeKey: 'ask', functionName: 'A', respond: true },
      ],
    });
  });
});

describe('errors name file, resource and property', () => {
  const inFunction = (properties: string): string => `
Resources:
  A: { Type: AWS::Serverless::Function, Properties: { CodeUri: ../../lambdas/a/, Handler: handler.handler, ${properties} } }`;

  test.each([
    ['Timeout: soon', 'A.Timeout', 'must be a number'],
    ['FunctionName: !Ref Nobody', 'A.FunctionName', 'Ref Nobody: there is no such parameter or resource'],
    ['FunctionName: !Cidr [a]', 'A.FunctionName', 'Fn::Cidr is not supported'],
    ['Environment: { Variables: { X: !GetAtt A.Colour } }', 'A.Environment.Variables.X', 'GetAtt A.Colour'],
    [
      'Environment: { Variables: { X: "{{resolve:ssm:/no}}" } }',
      'A.Environment.Variables.X',
      'ssm has no value for /no',
    ],
    ['MemorySize: !FindInMap [A, b, c]', 'A.MemorySize', 'A.b.c is not defined'],
    ['Timeout: !If [No, 1, 2]', 'A.Timeout', 'condition No is not defined'],
    ['CodeUri: ../nowhere', 'A.CodeUri', 'does not exist'],
    [
      'Events: { Q: { Type: SQS, Properties: { Queue: "arn:aws:sqs:r:a:none" } } }',
      'A.Events',
      'there is no queue none',
    ],
  ])('%s', (properties, place, reason) => {
    const error = failure(() =>
      load(inFunction(properties).replace(/CodeUri: ..\/..\/lambdas\/a\/, (.*CodeUri)/, '$1')),
    );
    expect(error).toMatchObject({ file: join(root, 'infrastructure/sam/template.yaml'), place });
    expect(error.reason).toContain(reason);
  });

  it('in YAML, rules and resources too', () => {
    expect(failure(() => load('Resources: [')).message).toContain('template.yaml');
    expect(failure(() => load('Resources: { A: {} }'))).toMatchObject({
      place: 'Resources.A',
      reason: 'has no Type',
    });
    write(
      'events/rules/rule.json',
      JSON.stringify({ ...rule, targets: [{ id: 'x', type: 'sqs', resource: 'none' }] }),
    );
    expect(failure(() => load('Resources: {}'))).toMatchObject({
      file: join(root, 'events/rules/rule.json'),
      place: 'targets.x.resource',
    });
    write('events/rules/rule.json', JSON.stringify({ ...rule, surprise: 1 }));
    expect(failure(() => load('Resources: {}')).message).toContain('surprise');
    write('infrastructure/resources.json', '{');
    expect(failure(() => load('Resources: {}')).message).toContain('resources.json: is not valid JSON');
  });

  it('for an unknown resource type only where it is referred to', () => {
    const unknown = `
  Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { X: !Ref Nobody } }`;
    expect(load(`Resources:${functionA}${unknown}`).functions).toHaveLength(1);
    expect(
      failure(() => load(`${inFunction('Description: x, FunctionName: !Ref Alarm')}${unknown}`)).place,
    ).toBe('A.FunctionName');
  });
});
