import { ArtefactError } from './errors';
import { functionNameOf } from './functions';
import type { WebSocketApiSpec } from './model';
import type { Properties } from './properties';
import type { Template } from './template';

/** The template's WebSocket API: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html */
export function readWebSocketApi(template: Template): WebSocketApiSpec | undefined {
  const [api, second] = template
    .list('AWS::ApiGatewayV2::Api')
    .filter(({ properties }) => properties.text('ProtocolType') === 'WEBSOCKET');
  if (!api) return undefined;
  if (second)
    throw new ArtefactError(template.file, second.logicalId, 'the local gateway serves one WebSocket API');
  const apiId = template.generatedId(api.logicalId);
  const routes = template
    .list('AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => properties.text('ApiId') === apiId)
    .map(({ logicalId, properties }) => ({
      logicalId,
      properties,
      spec: readRoute(logicalId, properties, template),
    }));
  const connect = routes.find(({ spec }) => spec.routeKey === '$connect')?.properties;
  const authorizer = connect && readAuthorizer(connect, template);
  const stage = template
    .list('AWS::ApiGatewayV2::Stage')
    .find(({ properties }) => properties.text('ApiId') === apiId);
  return {
    apiId,
    name: api.properties.optionalText('Name') ?? api.logicalId,
    stage: stage?.properties.text('StageName') ?? 'local',
    routeSelectionExpression: api.properties.text('RouteSelectionExpression'),
    routes: routes.map(({ spec }) => spec),
    ...(authorizer ? { authorizer } : {}),
  };
}

function readRoute(
  logicalId: string,
  route: Properties,
  template: Template,
): WebSocketApiSpec['routes'][number] {
  const target = route.text('Target');
  const integration = template.find(target.replace(/^integrations\//, ''));
  if (integration?.type !== 'AWS::ApiGatewayV2::Integration') {
    return route.fail('Target', `'${target}' is not integrations/<an integration of this template>`);
  }
  const { properties } = integration;
  const type = properties.text('IntegrationType');
  if (type !== 'AWS_PROXY') properties.fail('IntegrationType', `${type} is not served for WebSocket routes`);
  const responds = template
    .list('AWS::ApiGatewayV2::RouteResponse')
    .some((response) => response.properties.text('RouteId') === logicalId);
  return {
    routeKey: route.text('RouteKey'),
    functionName: functionNameOf(properties.text('IntegrationUri')),
    timeoutMs: properties.number('TimeoutInMillis') ?? 29_000,
    respond: responds || route.optionalText('RouteResponseSelectionExpression') !== undefined,
  };
}

function readAuthorizer(connect: Properties, template: Template): WebSocketApiSpec['authorizer'] {
  const type = connect.optionalText('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  if (type !== 'CUSTOM')
    return connect.fail('AuthorizationType', `${type} is not served by the local gateway`);
  const id = connect.text('AuthorizerId');
  const authorizer = template.find(id);
  if (authorizer?.type !== 'AWS::ApiGatewayV2::Authorizer') {
    return connect.fail('AuthorizerId', `'${id}' is not an authorizer of this template`);
  }
  return {
    functionName: functionNameOf(authorizer.properties.text('AuthorizerUri')),
    identitySources: authorizer.properties.texts('IdentitySource'),
  };
}
