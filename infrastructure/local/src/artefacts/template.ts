import { createHash } from 'node:crypto';
import { ArtefactError } from './errors';
import { evaluateCondition, type Scope } from './intrinsics';
import { Properties } from './properties';
import { resourceAttribute, resourceReference } from './references';
import { isObject, parseTemplate, type Json, type JsonObject } from './yaml';

/** Where the template is deployed to, as far as this machine can tell. */
export interface Deployment {
  readonly region: string;
  readonly accountId: string;
  /** Values of SSM parameters by name, e.g. `/ecommerce/core-api-url`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Secrets by id: JSON text. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Values for the template's own parameters, e.g. `StageSuffix`; those it does not declare are ignored. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Public addresses that take the place of `<apiId>.execute-api.<region>.amazonaws.com`. */
  readonly endpointUrl: string;
  readonly gatewayUrl: string;
}

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly metadata: JsonObject;
  readonly properties: Properties;
}

/** A SAM template: its resources whose condition holds, with `Globals` merged in, to be evaluated when read. */
export class Template implements Scope {
  private readonly resources = new Map<string, JsonObject>();
  /** API ids that stand for a WebSocket API, and those of HTTP APIs. */
  private readonly apiUrls = new Map<string, (scheme: string, stage: string) => string>();

  constructor(
    private readonly document: JsonObject,
    readonly file: string,
    readonly deployment: Deployment,
  ) {
    for (const [logicalId, resource] of Object.entries(section(document, 'Resources'))) {
      if (!isObject(resource) || typeof resource.Type !== 'string') {
        throw new ArtefactError(file, `Resources.${logicalId}`, 'has no Type');
      }
      this.resources.set(logicalId, resource);
    }
    this.mapApis();
  }

  static parse(text: string, file: string, deployment: Deployment): Template {
    return new Template(parseTemplate(text, file), file, deployment);
  }

  /** All resources of these types; with the empty list, of every type. */
  list(...types: readonly string[]): Resource[] {
    const found: Resource[] = [];
    for (const [logicalId, resource] of this.resources) {
      if (types.length > 0 && !types.includes(resource.Type as string)) continue;
      const condition = resource.Condition;
      if (typeof condition === 'string' && !evaluateCondition(condition, this, `Resources.${logicalId}`))
        continue;
      found.push(this.resource(logicalId, resource));
    }
    return found;
  }

  find(logicalId: string): Resource | undefined {
    const resource = this.resources.get(logicalId);
    return resource && this.resource(logicalId, resource);
  }

  private resource(logicalId: string, resource: JsonObject): Resource {
    const type = resource.Type as string;
    const own = isObject(resource.Properties) ? resource.Properties : {};
    const globals = section(this.document, 'Globals')[globalsOf[type] ?? ''];
    return {
      logicalId,
      type,
      metadata: isObject(resource.Metadata) ? resource.Metadata : {},
      properties: new Properties(isObject(globals) ? merge(globals, own) : own, this, logicalId),
    };
  }

  /** A name for what CloudFormation would give a generated id: stable and in an id's shape. */
  generatedId(logicalId: string): string {
    const digest = createHash('sha256').update(logicalId).digest();
    return Array.from(digest.subarray(0, 10), (byte) => (byte % 36).toString(36)).join('');
  }

  reference(name: string): Json | undefined {
    const parameter = section(this.document, 'Parameters')[name];
    if (isObject(parameter)) return this.parameter(name, parameter);
    const pseudo = this.pseudoParameter(name);
    if (pseudo !== undefined) return pseudo;
    const resource = this.find(name);
    return resource && resourceReference(resource, this);
  }

  attribute(resource: string, attribute: string): Json | undefined {
    const found = this.find(resource);
    return found && resourceAttribute(found, attribute, this);
  }

  condition(name: string): JsonObject | undefined {
    const condition = section(this.document, 'Conditions')[name];
    return isObject(condition) ? condition : undefined;
  }

  mapping(map: string, key: string, second: string): Json | undefined {
    const first = section(this.document, 'Mappings')[map];
    const values = isObject(first) ? first[key] : undefined;
    return isObject(values) ? values[second] : undefined;
  }

  dynamic(service: string, reference: string): string | undefined {
    if (service === 'ssm' || service === 'ssm-secure') {
      return this.deployment.parameters[reference.replace(/:\d+$/, '')];
    }
    if (service !== 'secretsmanager') return undefined;
    const [id = '', kind = 'SecretString', key] = reference.split(':');
    const secret = kind === 'SecretString' ? this.deployment.secrets[id] : undefined;
    if (!key || secret === undefined) return secret;
    const parsed = JSON.parse(secret) as Json;
    const value = isObject(parsed) ? parsed[key] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }

  localise(text: string): string {
    if (!text.includes('.execute-api.')) return text;
    return text.replace(
      /\b(https|wss):\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?:\/([\w$-]+))?/g,
      (whole, scheme: string, apiId: string, stage: string | undefined) =>
        this.apiUrls.get(apiId)?.(scheme, stage ?? '') ?? whole,
    );
  }

  private parameter(name: string, parameter: JsonObject): Json | undefined {
    const override = this.deployment.overrides[name];
    const given = override ?? parameter.Default;
    const type = typeof parameter.Type === 'string' ? parameter.Type : 'String';
    if (type.startsWith('AWS::SSM::Parameter::Value<')) {
      const value = typeof given === 'string' ? this.deployment.parameters[given] : undefined;
      return value !== undefined && type.includes('List<') ? value.split(',') : value;
    }
    const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
    return isList && typeof given === 'string' ? given.split(',').map((item) => item.trim()) : given;
  }

  private pseudoParameter(name: string): string | undefined {
    const values: Readonly<Record<string, string>> = {
      'AWS::Region': this.deployment.region,
      'AWS::AccountId': this.deployment.accountId,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': 'yorozu',
      'AWS::StackId': `arn:aws:cloudformation:${this.deployment.region}:${this.deployment.accountId}:stack/yorozu/local`,
    };
    return values[name];
  }

  private mapApis(): void {
    const { endpointUrl, gatewayUrl } = this.deployment;
    for (const { logicalId, type, properties } of this.list(
      'AWS::ApiGatewayV2::Api',
      'AWS::Serverless::HttpApi',
    )) {
      const webSocket =
        type === 'AWS::ApiGatewayV2::Api' && properties.optionalText('ProtocolType') === 'WEBSOCKET';
      this.apiUrls.set(this.generatedId(logicalId), (scheme, stage) => {
        if (!webSocket) return stage ? `${gatewayUrl}/${stage}` : gatewayUrl;
        const base = scheme === 'wss' ? gatewayUrl.replace(/^http/, 'ws') : endpointUrl;
        return scheme === 'wss' || !stage ? base : `${base}/${stage}`;
      });
    }
  }
}

const globalsOf: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'Function',
  'AWS::Serverless::HttpApi': 'HttpApi',
  'AWS::Serverless::StateMachine': 'StateMachine',
};

function section(document: JsonObject, name: string): JsonObject {
  const value = document[name];
  return isObject(value) ? value : {};
}

/**
 * SAM's rule for Globals: mappings are merged, lists are joined (globals first), plain values are replaced.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
function merge(globals: JsonObject, own: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...globals };
  for (const [key, value] of Object.entries(own)) {
    const inherited = merged[key];
    if (isObject(inherited) && isObject(value) && !isIntrinsic(value)) merged[key] = merge(inherited, value);
    else if (Array.isArray(inherited) && Array.isArray(value)) {
      merged[key] = [...(inherited as readonly Json[]), ...(value as readonly Json[])];
    } else merged[key] = value;
  }
  return merged;
}

function isIntrinsic(value: JsonObject): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0]?.startsWith('Fn::') === true);
}
