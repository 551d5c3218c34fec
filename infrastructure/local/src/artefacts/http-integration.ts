import { functionNameOf } from './functions';
import type { AuthorizerSpec, HttpIntegration, Throttling } from './model';
import type { Properties } from './properties';
import type { Resource, Template } from './template';

const longestIntegrationMs = 30_000;

/**
 * AWS::ApiGatewayV2::Integration of an HTTP API: AWS_PROXY (Lambda, payload 2.0) or HTTP_PROXY.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html
 */
export function readIntegration({ properties }: Resource): HttpIntegration {
  const timeoutMs = properties.number('TimeoutInMillis') ?? longestIntegrationMs;
  const type = properties.text('IntegrationType');
  const uri = properties.text('IntegrationUri');
  if (properties.child('ResponseParameters')) {
    properties.fail('ResponseParameters', 'is not served by the local gateway');
  }
  if (type === 'AWS_PROXY') {
    if (properties.text('PayloadFormatVersion') !== '2.0') {
      properties.fail('PayloadFormatVersion', 'the local gateway serves 2.0 only');
    }
    return { type: 'lambda', functionName: functionNameOf(uri), timeoutMs };
  }
  if (type !== 'HTTP_PROXY')
    return properties.fail('IntegrationType', `${type} is not served by the local gateway`);
  if (!/^https?:\/\//.test(uri)) properties.fail('IntegrationUri', `'${uri}' is not an http(s) URL`);
  const method = properties.optionalText('IntegrationMethod');
  const isPrivate = properties.optionalText('ConnectionType') === 'VPC_LINK';
  return {
    type: 'http',
    uri,
    // On AWS the URI of a private integration is a listener's ARN without a path; here it is the service's address.
    appendPath: isPrivate && new URL(uri.replace(/\{[^}]*\}/g, 'x')).pathname === '/',
    ...(method === undefined || method === 'ANY' ? {} : { method }),
    timeoutMs,
    requestParameters: readRequestParameters(properties),
  };
}

/** What the gateway's parameter mapping understands; anything else would silently do nothing. */
function readRequestParameters(properties: Properties): Record<string, string> {
  const parameters = properties.textMap('RequestParameters');
  for (const [key, value] of Object.entries(parameters)) {
    const known = /^((append|overwrite|remove):(header|querystring)\.[\w-]+|overwrite:path)$/.test(key);
    if (!known || /\$\{?(request\.body|stageVariables)/.test(value)) {
      properties.fail('RequestParameters', `'${key}: ${value}' is not served by the local gateway`);
    }
  }
  return parameters;
}

/** AWS::ApiGatewayV2::Authorizer of an HTTP API. */
export function readAuthorizer({ logicalId, properties }: Resource): AuthorizerSpec {
  const name = properties.optionalText('Name') ?? logicalId;
  const type = properties.text('AuthorizerType');
  const sources = properties.texts('IdentitySource');
  if (type === 'JWT') {
    const jwt = properties.child('JwtConfiguration') ?? properties.fail('JwtConfiguration', 'is missing');
    return {
      type: 'jwt',
      name,
      identitySource: sources[0] ?? '$request.header.Authorization',
      issuer: jwt.text('Issuer'),
      audience: jwt.texts('Audience'),
    };
  }
  if (type !== 'REQUEST')
    return properties.fail('AuthorizerType', `${type} is not served by the local gateway`);
  if (properties.text('AuthorizerPayloadFormatVersion') !== '2.0') {
    properties.fail('AuthorizerPayloadFormatVersion', 'the local gateway serves 2.0 only');
  }
  return {
    type: 'lambda',
    name,
    functionName: functionNameOf(properties.text('AuthorizerUri')),
    identitySources: sources,
    simpleResponses: properties.boolean('EnableSimpleResponses') ?? false,
    cacheSeconds: properties.number('AuthorizerResultTtlInSeconds') ?? 0,
  };
}

/** `Auth.Authorizers` of AWS::Serverless::HttpApi. */
export function readSamAuthorizer(name: string, properties: Properties): AuthorizerSpec {
  const jwt = properties.child('JwtConfiguration');
  if (jwt) {
    return {
      type: 'jwt',
      name,
      identitySource: properties.optionalText('IdentitySource') ?? '$request.header.Authorization',
      issuer: jwt.optionalText('issuer') ?? jwt.text('Issuer'),
      audience: [...jwt.texts('audience'), ...jwt.texts('Audience')],
    };
  }
  const identity = properties.child('Identity');
  const sources = (property: string, prefix: string): string[] =>
    (identity?.texts(property) ?? []).map((source) => `$request.${prefix}.${source}`);
  return {
    type: 'lambda',
    name,
    functionName: functionNameOf(properties.text('FunctionArn')),
    identitySources: [...sources('Headers', 'header'), ...sources('QueryStrings', 'querystring')],
    simpleResponses: properties.boolean('EnableSimpleResponses') ?? false,
    cacheSeconds: identity?.number('ReauthorizeEvery') ?? 0,
  };
}

/** `DefaultRouteSettings` or one of `RouteSettings`. */
export function readThrottling(properties: Properties | undefined): Throttling | undefined {
  const rateLimit = properties?.number('ThrottlingRateLimit');
  const burstLimit = properties?.number('ThrottlingBurstLimit');
  return rateLimit === undefined || burstLimit === undefined ? undefined : { rateLimit, burstLimit };
}

/** `integrations/<id>`: the template's integration, read. */
export function integrationOf(target: string, template: Template, route: Properties): HttpIntegration {
  const integration = template.find(target.replace(/^integrations\//, ''));
  if (integration?.type !== 'AWS::ApiGatewayV2::Integration') {
    return route.fail('Target', `'${target}' is not integrations/<an integration of this template>`);
  }
  return readIntegration(integration);
}
