import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import { ArtefactError } from './errors';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a CloudFormation template (YAML or JSON) into plain JSON. Short tags become their long form:
 * `!Ref X` → `{Ref: 'X'}`, `!GetAtt A.B` → `{'Fn::GetAtt': ['A', 'B']}`, `!Sub x` → `{'Fn::Sub': 'x'}`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export function parseTemplate(text: string, file: string): JsonObject {
  const document = parseDocument(text, { logLevel: 'silent', prettyErrors: true });
  const [error] = document.errors;
  if (error) throw new ArtefactError(file, '', error.message);
  const value = toJson(document.contents, document, file);
  if (!isObject(value)) throw new ArtefactError(file, '', 'is not a mapping');
  return value;
}

function toJson(node: unknown, document: Document, file: string): Json {
  if (isAlias(node)) return toJson(node.resolve(document), document, file);
  if (isScalar(node)) return tagged(node.tag, scalar(node.value));
  if (isSeq(node)) {
    return tagged(
      node.tag,
      node.items.map((item) => toJson(item, document, file)),
    );
  }
  if (isMap(node)) {
    const object: Record<string, Json> = {};
    for (const { key, value } of node.items) {
      if (!isScalar(key)) throw new ArtefactError(file, '', 'a mapping has a key that is not a plain value');
      object[String(key.value)] = toJson(value, document, file);
    }
    return tagged(node.tag, object);
  }
  return null;
}

function scalar(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'bigint' ? value.toString() : null;
}

function tagged(tag: string | undefined, value: Json): Json {
  if (!tag?.startsWith('!') || tag === '!') return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}
