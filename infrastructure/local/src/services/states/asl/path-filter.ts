import { type Json, equals, isArray, isObject } from './json';
import { type Reader, parseLiteral } from './reader';
import type { Filter, Segment } from './segment';

/** Reads the steps of a path inside the filter. */
type ParseSegments = (reader: Reader) => Segment[];
type Operand = (node: Json, root: Json) => Json | undefined;
type Compare = (left: Json | undefined, right: Json | undefined) => boolean;

const comparisons: readonly (readonly [string, Compare])[] = [
  ['==', (a, b) => a !== undefined && b !== undefined && equals(a, b)],
  ['!=', (a, b) => a === undefined || b === undefined || !equals(a, b)],
  ['<=', (a, b) => ordered(a, b, (order) => order <= 0)],
  ['>=', (a, b) => ordered(a, b, (order) => order >= 0)],
  ['<', (a, b) => ordered(a, b, (order) => order < 0)],
  ['>', (a, b) => ordered(a, b, (order) => order > 0)],
  ['nin', (a, b) => a !== undefined && isArray(b) && !b.some((item) => equals(item, a))],
  ['in', (a, b) => a !== undefined && isArray(b) && b.some((item) => equals(item, a))],
];

/** `a || b && !c` over comparisons, existence tests and brackets; stands at the character after `?(`. */
export function parseFilter(reader: Reader, segments: ParseSegments): Filter {
  const alternatives = [conjunction(reader, segments)];
  while (spaced(reader, '||')) alternatives.push(conjunction(reader, segments));
  return (node, root) => alternatives.some((test) => test(node, root));
}

function conjunction(reader: Reader, segments: ParseSegments): Filter {
  const all = [term(reader, segments)];
  while (spaced(reader, '&&')) all.push(term(reader, segments));
  return (node, root) => all.every((test) => test(node, root));
}

function term(reader: Reader, segments: ParseSegments): Filter {
  if (spaced(reader, '!')) {
    const negated = term(reader, segments);
    return (node, root) => !negated(node, root);
  }
  if (spaced(reader, '(')) {
    const inner = parseFilter(reader, segments);
    reader.skipSpace();
    reader.expect(')');
    return inner;
  }
  const left = operand(reader, segments);
  reader.skipSpace();
  if (reader.accept('=~')) return matching(reader, left);
  for (const [symbol, compare] of comparisons) {
    if (!reader.accept(symbol)) continue;
    const right = operand(reader, segments);
    reader.skipSpace();
    return (node, root) => compare(left(node, root), right(node, root));
  }
  return (node, root) => left(node, root) !== undefined;
}

function matching(reader: Reader, left: Operand): Filter {
  reader.skipSpace();
  const source = reader.take(/\/(?:[^/\\]|\\.)+\/i?/y);
  if (source === undefined) throw reader.problem('expected a regular expression');
  const end = source.lastIndexOf('/');
  const pattern = new RegExp(`^(?:${source.slice(1, end)})$`, source.slice(end + 1));
  reader.skipSpace();
  return (node, root) => {
    const value = left(node, root);
    return typeof value === 'string' && pattern.test(value);
  };
}

function operand(reader: Reader, segments: ParseSegments): Operand {
  reader.skipSpace();
  if (reader.accept('@')) return relative(segments(reader), (node) => node);
  if (reader.accept('$')) return relative(segments(reader), (_, root) => root);
  if (reader.accept('[')) {
    const list: Json[] = [];
    for (reader.skipSpace(); !reader.accept(']'); reader.skipSpace()) {
      list.push(literal(reader));
      reader.skipSpace();
      reader.accept(',');
    }
    return () => list;
  }
  const value = literal(reader);
  return () => value;
}

function literal(reader: Reader): Json {
  const value = parseLiteral(reader);
  if (value === undefined) throw reader.problem('expected a value');
  return value;
}

function relative(segments: readonly Segment[], start: (node: Json, root: Json) => Json): Operand {
  return (node, root) => {
    let current: Json | undefined = start(node, root);
    for (const segment of segments) {
      if (segment.type === 'name') {
        current =
          isObject(current) && Object.hasOwn(current, segment.name) ? current[segment.name] : undefined;
      } else if (segment.type === 'index') current = isArray(current) ? current.at(segment.index) : undefined;
      else if (segment.type === 'function' && segment.name === 'length') {
        current = isArray(current) || typeof current === 'string' ? current.length : undefined;
      } else return undefined;
    }
    return current;
  };
}

function ordered(a: Json | undefined, b: Json | undefined, test: (order: number) => boolean): boolean {
  if (typeof a === 'number' && typeof b === 'number') return test(a - b);
  if (typeof a === 'string' && typeof b === 'string') return test(a < b ? -1 : a > b ? 1 : 0);
  return false;
}

function spaced(reader: Reader, literalText: string): boolean {
  reader.skipSpace();
  // `!` alone negates; `!=` belongs to a comparison that has already been read.
  if (literalText === '!' && reader.text.startsWith('!=', reader.position)) return false;
  return reader.accept(literalText);
}
