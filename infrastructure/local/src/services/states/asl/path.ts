import { RuntimeError, StateError } from './errors';
import { type Json, type JsonObject, isArray, isObject } from './json';
import { parsePath } from './path-parser';
import type { Scope } from './scope';
import type { Segment } from './segment';

/** A compiled JSONPath. `$` reads the data, `$$` the context object, `$name` a variable. */
export interface Path {
  readonly text: string;
  /** Undefined where nothing is there. An indefinite path (filter, wildcard, slice, `..`) gives a list. */
  find(data: Json, scope: Scope): Json | undefined;
}

const compiled = new Map<string, Path>();

/** @throws SyntaxProblem */
export function compilePath(text: string): Path {
  const known = compiled.get(text);
  if (known) return known;
  const { root, segments } = parsePath(text);
  const definite = segments.every(
    (segment) => segment.type === 'name' || segment.type === 'index' || segment.type === 'function',
  );
  const walk = definite ? findOne : findAll;
  const path: Path = {
    text,
    find: (data, scope) => {
      if (root === '$') return walk(data, segments);
      if (root === '$$') return walk(scope.context(), segments);
      const variable = scope.variables[root.slice(1)];
      return variable === undefined ? undefined : walk(variable, segments);
    },
  };
  if (compiled.size < 10_000) compiled.set(text, path);
  return path;
}

/** The value at a path that must be there. `field` is the field of the state, for the message. */
export function findRequired(path: Path, data: Json, scope: Scope, field: string): Json {
  const value = path.find(data, scope);
  if (value !== undefined) return value;
  const shown = JSON.stringify(data);
  throw new RuntimeError(
    `The JSONPath '${path.text}' specified for the field '${field}' could not be found in the input '${shown.slice(0, 10_000)}'`,
  );
}

function findOne(data: Json, segments: readonly Segment[]): Json | undefined {
  let current: Json | undefined = data;
  for (const segment of segments) {
    if (segment.type === 'name') {
      current = isObject(current) && Object.hasOwn(current, segment.name) ? current[segment.name] : undefined;
    } else if (segment.type === 'index') {
      current = isArray(current) ? current.at(segment.index) : undefined;
    } else if (segment.type === 'function') {
      current = aggregate(segment.name, current);
    }
    if (current === undefined) return undefined;
  }
  return current;
}

function findAll(data: Json, segments: readonly Segment[]): Json | undefined {
  let nodes: Json[] = [data];
  for (const segment of segments) {
    if (segment.type === 'function') return aggregate(segment.name, nodes);
    nodes = nodes.flatMap((node) => select(node, segment, data));
  }
  return nodes;
}

function select(node: Json, segment: Segment, root: Json): Json[] {
  switch (segment.type) {
    case 'name':
    case 'index':
      return [findOne(node, [segment])].filter((value) => value !== undefined);
    case 'names':
      return segment.names
        .map((name) => findOne(node, [{ type: 'name', name }]))
        .filter((value) => value !== undefined);
    case 'indexes':
      return segment.indexes
        .map((index) => findOne(node, [{ type: 'index', index }]))
        .filter((value) => value !== undefined);
    case 'slice':
      return isArray(node) ? slice(node, segment) : [];
    case 'wildcard':
      return children(node);
    case 'filter':
      return children(node).filter((child) => segment.test(child, root));
    case 'descend':
      return descendants(node);
    case 'function':
      return [];
  }
}

function children(node: Json): Json[] {
  if (isArray(node)) return [...node];
  return isObject(node) ? Object.values(node) : [];
}

function descendants(node: Json): Json[] {
  return [node, ...children(node).flatMap(descendants)];
}

function slice(node: readonly Json[], range: { from?: number; to?: number; step?: number }): Json[] {
  const step = range.step ?? 1;
  return node.slice(range.from ?? 0, range.to ?? node.length).filter((_, index) => index % step === 0);
}

function aggregate(name: string, value: Json | undefined): Json | undefined {
  if (name === 'length')
    return isArray(value) ? value.length : typeof value === 'string' ? value.length : undefined;
  if (name === 'keys') return isObject(value) ? Object.keys(value) : undefined;
  const numbers = isArray(value) ? value.filter((item): item is number => typeof item === 'number') : [];
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((total, item) => total + item, 0);
  if (name === 'sum') return sum;
  if (name === 'avg') return sum / numbers.length;
  return name === 'min' ? Math.min(...numbers) : Math.max(...numbers);
}

/** A path that names one place, for `ResultPath`. */
export interface ReferencePath {
  readonly text: string;
  /** A copy of `data` with `value` at this place; what is not on the way is shared with `data`. */
  put(data: Json, value: Json): Json;
}

/** @throws SyntaxProblem */
export function compileReferencePath(text: string): ReferencePath | undefined {
  const { root, segments } = parsePath(text);
  const steps: (string | number)[] = [];
  for (const segment of segments) {
    if (segment.type === 'name') steps.push(segment.name);
    else if (segment.type === 'index' && segment.index >= 0) steps.push(segment.index);
    else return undefined;
  }
  if (root !== '$') return undefined;
  return { text, put: (data, value) => put(data, steps, 0, value, text) };
}

function put(
  data: Json | undefined,
  steps: readonly (string | number)[],
  at: number,
  value: Json,
  text: string,
): Json {
  const step = steps[at];
  if (step === undefined) return value;
  if (typeof step === 'number') {
    if (!isArray(data) || step >= data.length) throw mismatch(text, data);
    return data.with(step, put(data[step], steps, at + 1, value, text));
  }
  if (data !== undefined && !isObject(data)) throw mismatch(text, data);
  const copy: Record<string, Json> = { ...data };
  const child = data && Object.hasOwn(data, step) ? data[step] : undefined;
  Object.defineProperty(copy, step, {
    value: put(child, steps, at + 1, value, text),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy satisfies JsonObject;
}

function mismatch(text: string, data: Json | undefined): StateError {
  return new StateError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${text} to input ${JSON.stringify(data ?? null).slice(0, 10_000)}`,
  );
}
