import { ArtefactError } from './errors';
import { isObject, type Json, type JsonObject } from './yaml';

/** What names in a template stand for; see references.ts. */
export interface Scope {
  readonly file: string;
  /** `Ref`: a parameter, a pseudo parameter or a resource. Undefined: unknown. */
  reference(name: string): Json | undefined;
  attribute(resource: string, attribute: string): Json | undefined;
  condition(name: string): JsonObject | undefined;
  mapping(map: string, key: string, second: string): Json | undefined;
  /** `{{resolve:service:reference}}`. */
  dynamic(service: string, reference: string): string | undefined;
  /** Last word on a resolved string, e.g. an API's public URL becomes the local one. */
  localise(text: string): string;
}

const noValue = Symbol('AWS::NoValue');
type Result = Json | typeof noValue;
type Intrinsic = (argument: Json, evaluate: (value: Json) => Json, context: Context) => Result;
interface Context {
  readonly scope: Scope;
  readonly place: string;
  readonly fail: (reason: string) => never;
}

/**
 * Resolves every intrinsic function, dynamic reference and pseudo parameter in `value`. `AWS::NoValue` removes the
 * property that holds it (undefined at the top). `place` names the property in errors.
 * @throws ArtefactError
 */
export function evaluate(value: Json, scope: Scope, place: string): Json | undefined {
  const result = resolve(value, scope, place);
  return result === noValue ? undefined : result;
}

export function evaluateCondition(name: string, scope: Scope, place: string): boolean {
  const definition = scope.condition(name);
  if (!definition) throw new ArtefactError(scope.file, place, `condition ${name} is not defined`);
  return evaluate(definition, scope, `Conditions.${name}`) === true;
}

function resolve(value: Json, scope: Scope, place: string): Result {
  if (typeof value === 'string') return text(value, scope, place);
  if (Array.isArray(value)) {
    return (value as readonly Json[])
      .map((item, index) => resolve(item, scope, `${place}[${index}]`))
      .filter((item) => item !== noValue);
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const [only] = keys;
  if (
    keys.length === 1 &&
    only !== undefined &&
    (only === 'Ref' || only === 'Condition' || only.startsWith('Fn::'))
  ) {
    return call(only, value[only] ?? null, scope, place);
  }
  const object: Record<string, Json> = {};
  for (const key of keys) {
    const member = resolve(value[key] ?? null, scope, place ? `${place}.${key}` : key);
    if (member !== noValue) object[key] = member;
  }
  return object;
}

function call(name: string, argument: Json, scope: Scope, place: string): Result {
  const fail = (reason: string): never => {
    throw new ArtefactError(scope.file, place, reason);
  };
  const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  if (!intrinsic) return fail(`${name} is not supported by the local cloud`);
  const inner = (value: Json): Json => {
    const result = resolve(value, scope, place);
    return result === noValue ? null : result;
  };
  const result = intrinsic(argument, inner, { scope, place, fail });
  return typeof result === 'string' ? text(result, scope, place) : result;
}

function text(value: string, scope: Scope, place: string): string {
  const replaced = value.replace(
    /\{\{resolve:([\w-]+):([^}]+)\}\}/g,
    (_, service: string, reference: string) => {
      const found = scope.dynamic(service, reference);
      if (found === undefined)
        throw new ArtefactError(scope.file, place, `${service} has no value for ${reference}`);
      return found;
    },
  );
  return scope.localise(replaced);
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, _, { scope, fail }) => {
    const name = asText(argument, fail);
    if (name === 'AWS::NoValue') return noValue;
    return (
      scope.reference(name) ??
      fail(`Ref ${name}: there is no such parameter or resource, or it has no local value`)
    );
  },
  'Fn::GetAtt': (argument, evaluate, { scope, fail }) => {
    const [resource, attribute] = asList(argument, fail, 2).map((part) => asText(evaluate(part), fail));
    return (
      scope.attribute(resource as string, attribute as string) ??
      fail(`GetAtt ${String(resource)}.${String(attribute)}: the resource or attribute is not known here`)
    );
  },
  'Fn::Sub': (argument, evaluate, { scope, fail }) => {
    const [template, variables] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument];
    const own = isObject(variables) ? variables : {};
    return asText(template ?? null, fail).replace(
      /\$\{(!?)([^}]+)\}/g,
      (_, literal: string, name: string) => {
        if (literal) return `\${${name}}`;
        if (Object.hasOwn(own, name)) return asText(evaluate(own[name] ?? null), fail);
        const dot = name.indexOf('.');
        const value =
          dot > 0 ? scope.attribute(name.slice(0, dot), name.slice(dot + 1)) : scope.reference(name);
        return asText(value ?? fail(`Sub: \${${name}} is not known here`), fail);
      },
    );
  },
  'Fn::Join': (argument, evaluate, { fail }) => {
    const [separator, parts] = asList(argument, fail, 2);
    const list = asList(evaluate(parts ?? null), fail);
    return list.map((part) => asText(part, fail)).join(asText(separator ?? null, fail));
  },
  'Fn::Split': (argument, evaluate, { fail }) => {
    const [separator, source] = asList(argument, fail, 2);
    return asText(evaluate(source ?? null), fail).split(asText(separator ?? null, fail));
  },
  'Fn::Select': (argument, evaluate, { fail }) => {
    const [index, source] = asList(argument, fail, 2);
    const list = asList(evaluate(source ?? null), fail);
    return (
      list[Number(evaluate(index ?? null))] ??
      fail(`Select: the list has no element ${JSON.stringify(index)}`)
    );
  },
  'Fn::FindInMap': (argument, evaluate, { scope, fail }) => {
    const [map, key, second] = asList(argument, fail, 3).map((part) => asText(evaluate(part), fail)) as [
      string,
      string,
      string,
    ];
    return scope.mapping(map, key, second) ?? fail(`FindInMap: ${map}.${key}.${second} is not defined`);
  },
  'Fn::If': (argument, _, { scope, place, fail }) => {
    const [condition, yes, no] = asList(argument, fail, 3);
    const chosen = evaluateCondition(asText(condition ?? null, fail), scope, place) ? yes : no;
    return resolve(chosen ?? null, scope, place);
  },
  'Fn::Equals': (argument, evaluate, { fail }) => {
    const [left, right] = asList(argument, fail, 2).map((side) => evaluate(side));
    return asText(left ?? null, fail) === asText(right ?? null, fail);
  },
  'Fn::Not': (argument, evaluate, { fail }) => evaluate(asList(argument, fail, 1)[0] ?? null) !== true,
  'Fn::And': (argument, evaluate, { fail }) =>
    asList(argument, fail).every((part) => evaluate(part) === true),
  'Fn::Or': (argument, evaluate, { fail }) => asList(argument, fail).some((part) => evaluate(part) === true),
  'Fn::Base64': (argument, evaluate, { fail }) =>
    Buffer.from(asText(evaluate(argument), fail)).toString('base64'),
  'Fn::ToJsonString': (argument, evaluate) => JSON.stringify(evaluate(argument)),
  'Fn::Length': (argument, evaluate, { fail }) => asList(evaluate(argument), fail).length,
  Condition: (argument, _, { scope, place, fail }) => evaluateCondition(asText(argument, fail), scope, place),
};

function asText(value: Json, fail: Context['fail']): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return fail(`expected text, got ${JSON.stringify(value)}`);
}

function asList(value: Json, fail: Context['fail'], length?: number): readonly Json[] {
  if (!Array.isArray(value)) return fail(`expected a list, got ${JSON.stringify(value)}`);
  const list = value as readonly Json[];
  return length !== undefined && list.length !== length
    ? fail(`expected ${length} arguments, got ${list.length}`)
    : list;
}
