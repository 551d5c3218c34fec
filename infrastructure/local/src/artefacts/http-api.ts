import { ArtefactError } from './errors';
import { integrationOf, readAuthorizer, readSamAuthorizer, readThrottling } from './http-integration';
import type { AuthorizerSpec, HttpApiSpec, Resources, Throttling } from './model';
import type { Properties } from './properties';
import { physicalName } from './references';
import type { Resource, Template } from './template';

type Route = HttpApiSpec['routes'][number];
interface Settings {
  readonly stage?: Throttling | undefined;
  readonly byRoute: ReadonlyMap<string, Throttling>;
}

/** The SSM parameter by which Terraform hands its HTTP API to the template. */
export const httpApiParameter = '/ecommerce/http-api-id';

/**
 * The one HTTP API that the gateway serves: either the template's own (AWS::ApiGatewayV2::Api, AWS::Serverless::HttpApi,
 * or SAM's implicit one), or the one that Terraform owns and the template adds routes to.
 */
export function readHttpApi(template: Template, resources: Resources): HttpApiSpec {
  const own = template
    .list('AWS::ApiGatewayV2::Api', 'AWS::Serverless::HttpApi')
    .filter(
      ({ type, properties }) => type.includes('Serverless') || properties.text('ProtocolType') === 'HTTP',
    );
  const [api, second] = own;
  if (second)
    throw new ArtefactError(template.file, second.logicalId, 'the local gateway serves one HTTP API');
  const spec = api
    ? readOwnApi(api, template)
    : {
        apiId: template.deployment.parameters[httpApiParameter] ?? 'http',
        name: 'http-api',
        ...resources.httpApi,
      };
  const settings = readSettings(spec.apiId, api, template);
  const authorizers = api?.properties.child('Auth');
  const routes = [
    ...readRoutes(spec.apiId, settings, template),
    ...readEventRoutes(settings, authorizers, template),
  ];
  const seen = new Set<string>();
  for (const { routeKey } of routes) {
    if (seen.has(routeKey))
      throw new ArtefactError(template.file, routeKey, 'is the route key of two routes');
    seen.add(routeKey);
  }
  return { ...spec, routes, ...(settings.stage ? { throttling: settings.stage } : {}) };
}

function readOwnApi(api: Resource, template: Template): Omit<HttpApiSpec, 'routes'> {
  const cors = api.properties.child('CorsConfiguration');
  return {
    apiId: template.generatedId(api.logicalId),
    name: api.properties.optionalText('Name') ?? api.logicalId,
    ...(cors ? { cors: readCors(cors) } : {}),
  };
}

function readCors(cors: Properties): NonNullable<HttpApiSpec['cors']> {
  return {
    allowOrigins: cors.texts('AllowOrigins'),
    allowMethods: cors.texts('AllowMethods'),
    allowHeaders: cors.texts('AllowHeaders'),
    exposeHeaders: cors.texts('ExposeHeaders'),
    allowCredentials: cors.boolean('AllowCredentials') ?? false,
    maxAgeSeconds: cors.number('MaxAge') ?? 0,
  };
}

/** Stages and SAM's HttpApi may both hold settings; the local gateway serves their default stage only. */
function readSettings(apiId: string, api: Resource | undefined, template: Template): Settings {
  const holders = template
    .list('AWS::ApiGatewayV2::Stage')
    .map(({ properties }) => properties)
    .filter((properties) => properties.text('ApiId') === apiId);
  if (api?.type === 'AWS::Serverless::HttpApi') holders.push(api.properties);
  const byRoute = new Map<string, Throttling>();
  let stage: Throttling | undefined;
  for (const holder of holders) {
    stage ??= readThrottling(holder.child('DefaultRouteSettings'));
    for (const [routeKey, settings] of holder.children('RouteSettings')) {
      const throttling = readThrottling(settings);
      if (throttling) byRoute.set(routeKey, throttling);
    }
  }
  return { stage, byRoute };
}

function readRoutes(apiId: string, { byRoute }: Settings, template: Template): Route[] {
  return template
    .list('AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => properties.text('ApiId') === apiId)
    .map(({ properties }) => {
      const routeKey = properties.text('RouteKey');
      const authorizer = readRouteAuthorizer(properties, template);
      const throttling = byRoute.get(routeKey);
      return {
        routeKey: checkedRouteKey(routeKey, properties),
        integration: integrationOf(properties.text('Target'), template, properties),
        ...(authorizer ? { authorizer, authorizationScopes: properties.texts('AuthorizationScopes') } : {}),
        ...(throttling ? { throttling } : {}),
      };
    });
}

function readRouteAuthorizer(route: Properties, template: Template): AuthorizerSpec | undefined {
  const type = route.optionalText('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  if (type === 'AWS_IAM')
    return route.fail('AuthorizationType', 'AWS_IAM is not served by the local gateway');
  const id = route.text('AuthorizerId');
  const authorizer = template.find(id);
  if (authorizer?.type !== 'AWS::ApiGatewayV2::Authorizer') {
    return route.fail('AuthorizerId', `'${id}' is not an authorizer of this template`);
  }
  return readAuthorizer(authorizer);
}

/** `Events` of type HttpApi: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html */
function readEventRoutes({ byRoute }: Settings, auth: Properties | undefined, template: Template): Route[] {
  const authorizers = new Map(
    (auth?.children('Authorizers') ?? []).map(([name, properties]) => [
      name,
      readSamAuthorizer(name, properties),
    ]),
  );
  return template.list('AWS::Serverless::Function').flatMap((resource) =>
    resource.properties
      .children('Events')
      .filter(([, event]) => event.text('Type') === 'HttpApi')
      .map(([, event]) => {
        const settings = event.child('Properties');
        const path = settings?.optionalText('Path');
        const method = (settings?.optionalText('Method') ?? 'ANY').toUpperCase();
        const routeKey = path === undefined ? '$default' : `${method === 'X-ANY' ? 'ANY' : method} ${path}`;
        const eventAuth = settings?.child('Auth');
        const name =
          eventAuth?.optionalText('Authorizer') ?? auth?.optionalText('DefaultAuthorizer') ?? 'NONE';
        const authorizer = authorizers.get(name);
        if (name !== 'NONE' && !authorizer)
          event.fail('Properties.Auth.Authorizer', `${name} is not defined`);
        const throttling = readThrottling(settings?.child('RouteSettings')) ?? byRoute.get(routeKey);
        return {
          routeKey: checkedRouteKey(routeKey, event),
          integration: {
            type: 'lambda' as const,
            functionName: physicalName(resource) ?? resource.logicalId,
            timeoutMs: settings?.number('TimeoutInMillis') ?? 30_000,
          },
          ...(authorizer
            ? { authorizer, authorizationScopes: eventAuth?.texts('AuthorizationScopes') ?? [] }
            : {}),
          ...(throttling ? { throttling } : {}),
        };
      }),
  );
}

function checkedRouteKey(routeKey: string, properties: Properties): string {
  if (routeKey === '$default' || /^(ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*$/.test(routeKey))
    return routeKey;
  return properties.fail('RouteKey', `'${routeKey}' is not '<METHOD> /path' or $default`);
}
