import { SyntaxProblem } from './errors';
import { compileIntrinsic } from './intrinsic-parser';
import { type Json, isArray, isObject } from './json';
import { compileJsonata, isExpression } from './jsonata';
import { compilePath, findRequired } from './path';
import type { Evaluate, QueryLanguage, Scope } from './scope';

/**
 * Compiles a payload template (`Parameters`, `ResultSelector`, `ItemSelector`, `Arguments`, `Output`, `Assign`).
 * In JSONPath a key that ends in `.$` holds a path or an intrinsic; in JSONata a string `{% ... %}` is an
 * expression. Parts without either are used as they stand, without a copy.
 * @throws SyntaxProblem
 */
export function compileTemplate(template: Json, language: QueryLanguage, field: string): Evaluate {
  const compiled = language === 'JSONPath' ? jsonPathTemplate(template) : jsonataTemplate(template, field);
  return compiled ?? (() => template);
}

/** A single JSONPath expression: a path, a context path, a variable or an intrinsic. */
export function compileJsonPathExpression(text: string, field: string): (data: Json, scope: Scope) => Json {
  if (text.trimStart().startsWith('States.')) return compileIntrinsic(text, field);
  const path = compilePath(text);
  return (data, scope) => findRequired(path, data, scope, field);
}

type SyncEvaluate = (data: Json, scope: Scope) => Json;

function jsonPathTemplate(template: Json): SyncEvaluate | undefined {
  if (isArray(template)) {
    const items = template.map(jsonPathTemplate);
    if (!items.some(Boolean)) return undefined;
    return (data, scope) =>
      template.map((item, index) => {
        const evaluate = items[index];
        return evaluate ? evaluate(data, scope) : item;
      });
  }
  if (!isObject(template)) return undefined;
  let dynamic = false;
  const members = Object.entries(template).map(
    ([key, value]): { name: string; constant: Json; evaluate?: SyncEvaluate } => {
      const evaluate = key.endsWith('.$') ? pathMember(key, value) : jsonPathTemplate(value);
      dynamic ||= evaluate !== undefined;
      const name = key.endsWith('.$') ? key.slice(0, -2) : key;
      return evaluate ? { name, constant: null, evaluate } : { name, constant: value };
    },
  );
  if (!dynamic) return undefined;
  return (data, scope) => {
    const result: Record<string, Json> = {};
    for (const member of members)
      result[member.name] = member.evaluate ? member.evaluate(data, scope) : member.constant;
    return result;
  };
}

function pathMember(key: string, value: Json): SyncEvaluate {
  if (typeof value !== 'string') {
    throw new SyntaxProblem(
      `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`,
    );
  }
  try {
    return compileJsonPathExpression(value, key);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new SyntaxProblem(
      `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call (${error.message})`,
    );
  }
}

function jsonataTemplate(template: Json, field: string): Evaluate | undefined {
  if (isExpression(template)) return compileJsonata(template, field);
  if (isArray(template)) {
    const items = template.map((item, index) => jsonataTemplate(item, `${field}[${index}]`));
    if (!items.some(Boolean)) return undefined;
    return async (data, scope) =>
      Promise.all(
        template.map(async (item, index) => {
          const evaluate = items[index];
          return evaluate ? evaluate(data, scope) : item;
        }),
      );
  }
  if (!isObject(template)) return undefined;
  const members = Object.entries(template).map(([name, value]) => ({
    name,
    constant: value,
    evaluate: jsonataTemplate(value, `${field}/${name}`),
  }));
  if (!members.some((member) => member.evaluate)) return undefined;
  return async (data, scope) => {
    const values = await Promise.all(
      members.map(async (member) => (member.evaluate ? member.evaluate(data, scope) : member.constant)),
    );
    return Object.fromEntries(members.map((member, index) => [member.name, values[index] ?? null]));
  };
}
