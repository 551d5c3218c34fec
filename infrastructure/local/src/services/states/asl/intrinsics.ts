import { createHash, randomInt, randomUUID } from 'node:crypto';
import { StateError } from './errors';
import { type Json, equals, isArray, isObject } from './json';

/**
 * The intrinsic functions. Each takes the values of its arguments and throws `States.IntrinsicFailure` where
 * they are not what it can work with.
 * https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
export type Intrinsic = (args: readonly Json[]) => Json;

const maximumText = 10_000;
const maximumRange = 1000;
const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

export const intrinsics: Readonly<
  Record<string, { readonly arity: readonly [number, number]; readonly call: Intrinsic }>
> = {
  'States.Format': {
    arity: [1, Infinity],
    call: ([template, ...values]) => format(text(template).split('{}'), values),
  },
  'States.StringToJson': { arity: [1, 1], call: ([value]) => toJson(text(value)) },
  'States.JsonToString': { arity: [1, 1], call: ([value]) => JSON.stringify(value) },
  'States.Array': { arity: [0, Infinity], call: (args) => args },
  'States.ArrayPartition': { arity: [2, 2], call: ([list, size]) => partition(array(list), whole(size)) },
  'States.ArrayContains': {
    arity: [2, 2],
    call: ([list, wanted]) => array(list).some((item) => equals(item, wanted ?? null)),
  },
  'States.ArrayRange': {
    arity: [3, 3],
    call: ([from, to, step]) => range(whole(from), whole(to), whole(step)),
  },
  'States.ArrayGetItem': { arity: [2, 2], call: ([list, index]) => item(array(list), whole(index)) },
  'States.ArrayLength': { arity: [1, 1], call: ([list]) => array(list).length },
  'States.ArrayUnique': { arity: [1, 1], call: ([list]) => unique(array(list)) },
  'States.Base64Encode': {
    arity: [1, 1],
    call: ([value]) => Buffer.from(bounded(value), 'utf8').toString('base64'),
  },
  'States.Base64Decode': { arity: [1, 1], call: ([value]) => decode(bounded(value)) },
  'States.Hash': { arity: [2, 2], call: ([value, algorithm]) => hash(value ?? null, text(algorithm)) },
  'States.JsonMerge': { arity: [3, 3], call: ([a, b, deep]) => merge(a, b, deep) },
  'States.MathRandom': { arity: [2, 3], call: ([from, to, seed]) => random(whole(from), whole(to), seed) },
  'States.MathAdd': { arity: [2, 2], call: ([a, b]) => sum(whole(a), whole(b)) },
  'States.StringSplit': {
    arity: [2, 2],
    call: ([value, separators]) => split(text(value), text(separators)),
  },
  'States.UUID': { arity: [0, 0], call: () => randomUUID() },
};

export function intrinsicFailure(message: string): StateError {
  return new StateError('States.IntrinsicFailure', message);
}

/** Joins the parts of a template with values between them; strings as they are, all else as JSON. */
export function format(parts: readonly string[], values: readonly Json[]): string {
  if (values.length !== parts.length - 1) {
    throw intrinsicFailure(`States.Format has ${parts.length - 1} places for ${values.length} values`);
  }
  let result = parts[0] ?? '';
  values.forEach((value, index) => {
    result += (typeof value === 'string' ? value : JSON.stringify(value)) + (parts[index + 1] ?? '');
  });
  return result;
}

export function partition(list: readonly Json[], size: number): Json[] {
  if (size < 1) throw intrinsicFailure('the size of a part must be at least 1');
  const parts: Json[] = [];
  for (let start = 0; start < list.length; start += size) parts.push(list.slice(start, start + size));
  return parts;
}

export function range(from: number, to: number, step: number): number[] {
  if (step === 0) throw intrinsicFailure('the step must not be 0');
  const count = Math.max(0, Math.floor((to - from) / step) + 1);
  if (count > maximumRange) throw intrinsicFailure(`a range has at most ${maximumRange} items`);
  return Array.from({ length: count }, (_, index) => from + index * step);
}

export function hash(value: Json, algorithm: string): string {
  const name = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined;
  if (!name)
    throw intrinsicFailure(`the algorithm ${algorithm} is not one of ${Object.keys(algorithms).join(', ')}`);
  return createHash(name)
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex');
}

/** A number in [0, 1) that follows from the seed (mulberry32). */
export function seeded(seed: number): number {
  let state = (seed + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
}

function random(from: number, to: number, seed: Json | undefined): number {
  if (from >= to) throw intrinsicFailure('the end of States.MathRandom must be greater than its start');
  return seed === undefined ? randomInt(from, to) : from + Math.floor(seeded(whole(seed)) * (to - from));
}

function sum(a: number, b: number): number {
  const total = a + b;
  if (Math.abs(total) > 2_147_483_647) throw intrinsicFailure('States.MathAdd overflows');
  return total;
}

function item(list: readonly Json[], index: number): Json {
  const found = index < 0 ? undefined : list[index];
  if (found === undefined)
    throw intrinsicFailure(`the index ${index} is outside of an array of ${list.length}`);
  return found;
}

function unique(list: readonly Json[]): Json[] {
  return list.filter((value, index) => list.findIndex((other) => equals(other, value)) === index);
}

function decode(value: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value))
    throw intrinsicFailure('the argument of States.Base64Decode is not base64');
  return Buffer.from(value, 'base64').toString('utf8');
}

function merge(a: Json | undefined, b: Json | undefined, deep: Json | undefined): Json {
  if (!isObject(a) || !isObject(b)) throw intrinsicFailure('States.JsonMerge merges two objects');
  if (deep !== false)
    throw intrinsicFailure(
      'States.JsonMerge supports only the shallow mode: its third argument must be false',
    );
  return { ...a, ...b };
}

function split(value: string, separators: string): string[] {
  const marks = new Set(separators);
  let part = '';
  const parts: string[] = [];
  for (const character of value) {
    if (!marks.has(character)) part += character;
    else {
      parts.push(part);
      part = '';
    }
  }
  return [...parts, part].filter((piece) => piece !== '');
}

function toJson(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    throw intrinsicFailure(`States.StringToJson cannot parse ${value.slice(0, 1000)}`);
  }
}

function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw intrinsicFailure(`expected a string, got ${shown(value)}`);
  return value;
}

function bounded(value: Json | undefined): string {
  const result = text(value);
  if (result.length > maximumText)
    throw intrinsicFailure(`a string has at most ${maximumText} characters here`);
  return result;
}

/** Numbers are rounded to whole ones, as AWS does. */
function whole(value: Json | undefined): number {
  if (typeof value !== 'number') throw intrinsicFailure(`expected an integer, got ${shown(value)}`);
  return Math.round(value);
}

function array(value: Json | undefined): readonly Json[] {
  if (!isArray(value)) throw intrinsicFailure(`expected an array, got ${shown(value)}`);
  return value;
}

function shown(value: Json | undefined): string {
  return JSON.stringify(value ?? null).slice(0, 200);
}
