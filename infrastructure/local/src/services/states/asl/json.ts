export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Payloads of tasks, inputs and outputs of states and executions: 256 KiB of UTF-8. */
export const maximumDataBytes = 262_144;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function parse(text: string): Json {
  return JSON.parse(text) as Json;
}

/**
 * Data never changes once made, and the same object is written several times (a state's output is the next
 * state's input), so its text is kept as long as the object lives.
 */
const texts = new WeakMap<object, string>();

export function textOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = texts.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    texts.set(value, text);
  }
  return text;
}

export function exceedsLimit(text: string): boolean {
  return text.length * 3 > maximumDataBytes && Buffer.byteLength(text) > maximumDataBytes;
}

export function equals(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (isArray(a))
    return isArray(b) && a.length === b.length && a.every((item, index) => equals(item, b[index] ?? null));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equals(a[key] ?? null, b[key] ?? null))
  );
}
