import type { Resource, Template } from './template';

/**
 * What `Ref` gives for a resource. Undefined for a type the local cloud knows nothing about.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-reference-ref.html
 */
export function resourceReference(resource: Resource, template: Template): string | undefined {
  const { logicalId, type, properties } = resource;
  switch (type) {
    case 'AWS::Serverless::StateMachine':
    case 'AWS::StepFunctions::StateMachine':
      return arn(resource, template);
    case 'AWS::ApiGatewayV2::Api':
    case 'AWS::Serverless::HttpApi':
      return template.generatedId(logicalId);
    case 'AWS::ApiGatewayV2::Stage':
      return properties.text('StageName');
    case 'AWS::ApiGatewayV2::Integration':
    case 'AWS::ApiGatewayV2::Authorizer':
    case 'AWS::ApiGatewayV2::Route':
    case 'AWS::ApiGatewayV2::Deployment':
      return logicalId;
    default:
      return physicalName(resource);
  }
}

/** What `GetAtt` gives; undefined where it is not known. */
export function resourceAttribute(
  resource: Resource,
  attribute: string,
  template: Template,
): string | undefined {
  switch (attribute) {
    case 'Arn':
      return arn(resource, template);
    case 'Name':
      return physicalName(resource);
    case 'ApiId':
      return template.generatedId(resource.logicalId);
    case 'ApiEndpoint': {
      if (resource.type !== 'AWS::ApiGatewayV2::Api') return undefined;
      const scheme = resource.properties.optionalText('ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https';
      const { region } = template.deployment;
      return `${scheme}://${template.generatedId(resource.logicalId)}.execute-api.${region}.amazonaws.com`;
    }
    default:
      return undefined;
  }
}

const nameProperty: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'FunctionName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Serverless::StateMachine': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::IAM::Role': 'RoleName',
};

/** The name a resource is given by the template; its logical id where it is given none. */
export function physicalName({ type, logicalId, properties }: Resource): string | undefined {
  const property = nameProperty[type];
  return property === undefined ? undefined : (properties.optionalText(property) ?? logicalId);
}

function arn(resource: Resource, template: Template): string | undefined {
  const { region, accountId } = template.deployment;
  const name = physicalName(resource);
  if (name === undefined) return undefined;
  switch (resource.type) {
    case 'AWS::Serverless::Function':
    case 'AWS::Lambda::Function':
      return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
    case 'AWS::Serverless::StateMachine':
    case 'AWS::StepFunctions::StateMachine':
      return `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${region}:${accountId}:log-group:${name}:*`;
    default:
      return `arn:aws:iam::${accountId}:role/${name}`;
  }
}
