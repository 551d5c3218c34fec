import { SyntaxProblem } from './errors';
import { parseFilter } from './path-filter';
import { Reader } from './reader';
import type { Segment } from './segment';

const functions = new Set(['length', 'keys', 'sum', 'avg', 'min', 'max']);

/**
 * JSONPath as Step Functions takes it (Jayway's dialect): names, brackets, indexes from either end, unions,
 * slices, wildcards, `..`, filters, and length(), keys(), sum(), avg(), min(), max() at the end.
 */
export function parsePath(text: string): { root: string; segments: Segment[] } {
  const reader = new Reader(text);
  const root = reader.take(/\$\$|\$(?:[\p{L}_][\p{L}\p{N}_]*)?/uy);
  if (root === undefined) throw new SyntaxProblem(`Value is not a Reference Path or JSONPath: '${text}'`);
  const segments = parseSegments(reader);
  if (!reader.ended) throw reader.problem('unexpected character');
  return { root, segments };
}

function parseSegments(reader: Reader): Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    if (reader.accept('..')) {
      segments.push({ type: 'descend' });
      segments.push(reader.accept('[') ? bracket(reader) : dotted(reader));
    } else if (reader.accept('.')) {
      segments.push(dotted(reader));
    } else if (reader.accept('[')) {
      segments.push(bracket(reader));
    } else {
      return segments;
    }
    if (segments.at(-2)?.type === 'function') throw reader.problem('nothing may follow a function');
  }
}

function dotted(reader: Reader): Segment {
  if (reader.accept('*')) return { type: 'wildcard' };
  const name = reader.take(/[^.[\]()\s'"*?@,&|!<>=:$]+/y);
  if (name === undefined) throw reader.problem('expected a name');
  if (!reader.accept('()')) return { type: 'name', name };
  if (!functions.has(name)) throw reader.problem(`unknown function ${name}()`);
  return { type: 'function', name };
}

function bracket(reader: Reader): Segment {
  reader.skipSpace();
  let segment: Segment;
  if (reader.accept('*')) segment = { type: 'wildcard' };
  else if (reader.accept('?')) {
    reader.skipSpace();
    reader.expect('(');
    segment = { type: 'filter', test: parseFilter(reader, parseSegments) };
    reader.expect(')');
  } else segment = names(reader) ?? numbers(reader);
  reader.skipSpace();
  reader.expect(']');
  return segment;
}

function names(reader: Reader): Segment | undefined {
  const list: string[] = [];
  for (let name = reader.quoted(); name !== undefined; name = reader.quoted()) {
    list.push(name);
    reader.skipSpace();
    if (!reader.accept(',')) break;
    reader.skipSpace();
  }
  const [first, ...more] = list;
  if (first === undefined) return undefined;
  return more.length === 0 ? { type: 'name', name: first } : { type: 'names', names: list };
}

function numbers(reader: Reader): Segment {
  const body = reader.take(/[-\d\s,:]+/y)?.replace(/\s/g, '') ?? '';
  if (/^-?\d+$/.test(body)) return { type: 'index', index: Number(body) };
  if (/^-?\d+(,-?\d+)+$/.test(body)) return { type: 'indexes', indexes: body.split(',').map(Number) };
  if (!/^(-?\d+)?:(-?\d+)?(:[1-9]\d*)?$/.test(body))
    throw reader.problem('expected an index, a range, a name or a filter');
  const [from, to, step] = body.split(':').map((part) => (part === '' ? undefined : Number(part)));
  return {
    type: 'slice',
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(step !== undefined && { step }),
  };
}
