import { BlockList, isIP } from 'node:net';
import { AwsError } from '../../endpoint/aws';

/** Of one value of an event: text, number, boolean or null. */
export type ValueTest = (value: unknown) => boolean;

const invalid = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);

/** An object in a list of values, such as `{"prefix": "a"}`. `exists` is not among these: it asks about fields. */
export function compileOperator(operator: Readonly<Record<string, unknown>>): ValueTest {
  const [entry, ...more] = Object.entries(operator);
  if (!entry || more.length > 0) throw invalid('Only one key allowed in match expression');
  const [name, argument] = entry;
  switch (name) {
    case 'prefix':
      return affix('prefix', argument);
    case 'suffix':
      return affix('suffix', argument);
    case 'equals-ignore-case':
      return equalsIgnoreCase(text(argument, name));
    case 'wildcard':
      return wildcard(text(argument, name));
    case 'anything-but':
      return anythingBut(argument);
    case 'numeric':
      return numeric(argument);
    case 'cidr':
      return cidr(text(argument, name));
    default:
      throw invalid(`Unrecognized match type ${name}`);
  }
}

function text(argument: unknown, name: string): string {
  if (typeof argument !== 'string') throw invalid(`${name} match pattern must be a string`);
  return argument;
}

const onText =
  (test: (value: string) => boolean): ValueTest =>
  (value) =>
    typeof value === 'string' && test(value);

function affix(name: 'prefix' | 'suffix', argument: unknown): ValueTest {
  const ignoringCase = soleMember(argument, 'equals-ignore-case');
  const wanted = text(ignoringCase ?? argument, name);
  const folded = ignoringCase === undefined ? wanted : wanted.toLowerCase();
  const fold = ignoringCase === undefined ? (value: string) => value : (value: string) => value.toLowerCase();
  return onText((value) =>
    name === 'prefix' ? fold(value).startsWith(folded) : fold(value).endsWith(folded),
  );
}

function equalsIgnoreCase(wanted: string): ValueTest {
  const folded = wanted.toLowerCase();
  return onText((value) => value.length === wanted.length && value.toLowerCase() === folded);
}

/** `*` stands for any text, `\*` for itself, `\\` for a backslash. */
function wildcard(pattern: string): ValueTest {
  const parts = [''];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '\\') {
      const next = pattern.charAt(++index);
      if (next !== '*' && next !== '\\') throw invalid(`Invalid escape character at pos ${index - 1}`);
      parts.push((parts.pop() ?? '') + next);
    } else if (character !== '*') parts.push((parts.pop() ?? '') + character);
    else if (pattern.charAt(index + 1) === '*')
      throw invalid(`Consecutive wildcard characters at pos ${index}`);
    else parts.push('');
  }
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return onText((value) => value === first);
  return onText((value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last))
      return false;
    const end = value.length - last.length;
    let from = first.length;
    // Leftmost matches leave the most room for what follows, so none has to be tried twice.
    for (const part of rest) {
      const at = value.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  });
}

const negatable = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

function anythingBut(argument: unknown): ValueTest {
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [entry, ...more] = Object.entries(argument as Record<string, unknown>);
    if (!entry || more.length > 0 || !negatable.includes(entry[0]))
      throw invalid('Unsupported anything-but pattern');
    const [name, given] = entry;
    const excluded = listOf(given).map((one) =>
      compileOperator({ [name]: text(one, `anything-but ${name}`) }),
    );
    return (value) => !excluded.some((test) => test(value));
  }
  const values = listOf(argument);
  const kinds = new Set(values.map((value) => typeof value));
  const [kind] = kinds;
  if (kinds.size !== 1 || (kind !== 'string' && kind !== 'number')) {
    throw invalid(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  const excluded = new Set(values);
  return (value) => !excluded.has(value);
}

function listOf(argument: unknown): readonly unknown[] {
  const values: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  if (values.length === 0) throw invalid('Empty arrays are not allowed');
  return values;
}

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `["=", 1]`, `[">", 0]` or a range `[">=", 0, "<", 5]`. */
function numeric(argument: unknown): ValueTest {
  if (!Array.isArray(argument)) throw invalid('Value of numeric must be an array.');
  const parts: readonly unknown[] = argument;
  if (parts.length !== 2 && parts.length !== 4)
    throw invalid('Value of numeric must have one or two comparisons');
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const sign = parts[index];
    const limit = parts[index + 1];
    const compare =
      typeof sign === 'string' && Object.hasOwn(comparisons, sign) ? comparisons[sign] : undefined;
    if (!compare) throw invalid(`Unrecognized numeric range operator: ${String(sign)}`);
    if (typeof limit !== 'number' || Math.abs(limit) > 5e9)
      throw invalid('Value of numeric must be a number between -5.0E9 and 5.0E9');
    tests.push((value) => compare(value, limit));
  }
  if (parts.length === 4) checkRange(parts);
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function checkRange([lowSign, low, highSign, high]: readonly unknown[]): void {
  const rising = String(lowSign).startsWith('>') && String(highSign).startsWith('<');
  if (!rising || Number(low) >= Number(high)) throw invalid('Bottom must be less than top');
}

function cidr(range: string): ValueTest {
  const [address = '', bits, ...more] = range.split('/');
  const version = isIP(address);
  const prefix = Number(bits);
  if (version === 0 || more.length > 0 || !/^\d+$/.test(bits ?? '') || prefix > (version === 4 ? 32 : 128)) {
    throw invalid(`Malformed CIDR, one '/' required, or bad address: ${range}`);
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const addresses = new BlockList();
  addresses.addSubnet(address, prefix, family);
  return onText((value) => isIP(value) === version && addresses.check(value, family));
}

function soleMember(argument: unknown, name: string): unknown {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const keys = Object.keys(argument);
  return keys.length === 1 && keys[0] === name ? (argument as Record<string, unknown>)[name] : undefined;
}
