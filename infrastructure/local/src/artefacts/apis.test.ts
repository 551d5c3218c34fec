import { failure, functionA, load, resources, write } from './testing';

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
