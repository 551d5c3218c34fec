import { join } from 'node:path';
import { failure, functionA, load, root, rule, write } from './testing';

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
