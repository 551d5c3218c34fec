import { AwsError } from '../../endpoint/aws';
import { compilePattern, compilePatternText, exactValues } from './pattern';

const matches = (pattern: unknown, event: unknown): boolean => compilePattern(pattern)(event);

describe('values', () => {
  test.each([
    ['the same text', { a: ['x'] }, { a: 'x' }, true],
    ['one of several', { a: ['x', 'y'] }, { a: 'y' }, true],
    ['another text', { a: ['x'] }, { a: 'X' }, false],
    ['a missing field', { a: ['x'] }, {}, false],
    ['a number by value', { a: [300] }, { a: 3e2 }, true],
    ['a number and its text', { a: [5] }, { a: '5' }, false],
    ['true', { a: [true] }, { a: true }, true],
    ['true and its text', { a: [true] }, { a: 'true' }, false],
    ['null', { a: [null] }, { a: null }, true],
    ['null and a missing field', { a: [null] }, {}, false],
    ['the empty text', { a: [''] }, { a: '' }, true],
    ['one of the values of an array', { a: ['x'] }, { a: ['y', 'x'] }, true],
    ['an array without it', { a: ['x'] }, { a: ['y'] }, false],
    ['an object in place of a value', { a: ['x'] }, { a: { x: 1 } }, false],
    ['all fields', { a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
    ['a nested field', { a: { b: { c: [1] } } }, { a: { b: { c: 1 } } }, true],
    ['fields of one array element', { a: { b: [1], c: [2] } }, { a: [{ b: 1, c: 2 }] }, true],
    ['fields of two array elements', { a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
  ])('%s', (_name, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });
});

describe('operators', () => {
  test.each([
    [{ prefix: 'ab' }, 'abc', true],
    [{ prefix: 'ab' }, 'cab', false],
    [{ prefix: 'ab' }, 5, false],
    [{ prefix: { 'equals-ignore-case': 'AB' } }, 'abc', true],
    [{ suffix: '.png' }, 'a.png', true],
    [{ suffix: '.png' }, 'a.PNG', false],
    [{ suffix: { 'equals-ignore-case': '.png' } }, 'a.PNG', true],
    [{ 'equals-ignore-case': 'Tokyo' }, 'TOKYO', true],
    [{ 'equals-ignore-case': 'Tokyo' }, 'Tokyo!', false],
    [{ 'anything-but': 'x' }, 'y', true],
    [{ 'anything-but': 'x' }, 'x', false],
    [{ 'anything-but': ['x', 'y'] }, 'y', false],
    [{ 'anything-but': [1, 2] }, 2, false],
    [{ 'anything-but': [1, 2] }, '2', true],
    [{ 'anything-but': 'x' }, ['x', 'y'], true],
    [{ 'anything-but': 'x' }, ['x'], false],
    [{ 'anything-but': { prefix: 'in' } }, 'init', false],
    [{ 'anything-but': { prefix: ['in', 'out'] } }, 'output', false],
    [{ 'anything-but': { suffix: 'ed' } }, 'failed', false],
    [{ 'anything-but': { suffix: 'ed' } }, 'open', true],
    [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }, 'b', false],
    [{ 'anything-but': { wildcard: '*/lib/*' } }, 'a/lib/b', false],
    [{ 'anything-but': { wildcard: '*/lib/*' } }, 'a/bin/b', true],
    [{ numeric: ['=', 5] }, 5, true],
    [{ numeric: ['>', 0, '<=', 5] }, 5, true],
    [{ numeric: ['>', 0, '<=', 5] }, 0, false],
    [{ numeric: ['<', 5] }, '4', false],
    [{ cidr: '10.0.0.0/24' }, '10.0.0.255', true],
    [{ cidr: '10.0.0.0/24' }, '10.0.1.0', false],
    [{ cidr: '2001:db8::/32' }, '2001:db8::1', true],
    [{ cidr: '10.0.0.0/24' }, 'host', false],
    [{ wildcard: 'a*c' }, 'abc', true],
    [{ wildcard: 'a*c' }, 'ac', true],
    [{ wildcard: 'a*a' }, 'a', false],
    [{ wildcard: 'a*b*b' }, 'axb', false],
    [{ wildcard: '*.txt' }, 'a.b.txt', true],
    [{ wildcard: 'a\\*c' }, 'a*c', true],
    [{ wildcard: 'a\\*c' }, 'abc', false],
    [{ exists: true }, 'x', true],
    [{ exists: true }, null, true],
    [{ exists: true }, { nested: 1 }, false],
    [{ exists: true }, [], false],
    [{ exists: false }, 'x', false],
  ])('%j on %j: %s', (operator, value, expected) => {
    expect(matches({ a: [operator] }, { a: value })).toBe(expected);
  });

  it('finds an absent field under an absent parent', () => {
    expect(matches({ a: { b: [{ exists: false }] } }, {})).toBe(true);
    expect(matches({ a: { b: [{ exists: false }] } }, { a: { b: 1 } })).toBe(false);
  });

  it('calls a field absent only when no array element has it', () => {
    const pattern = { a: { b: [{ exists: false }] } };
    expect(matches(pattern, { a: [{ b: 1 }, { c: 1 }] })).toBe(false);
    expect(matches(pattern, { a: [{ c: 1 }, { c: 2 }] })).toBe(true);
  });

  it('combines absence with values', () => {
    const pattern = { detail: { notified: [{ exists: false }, false] } };
    expect(
      [{}, { notified: false }, { notified: true }].map((detail) => matches(pattern, { detail })),
    ).toEqual([true, true, false]);
  });
});

describe('$or', () => {
  const pattern = { source: ['s'], $or: [{ a: [1] }, { b: { c: ['x'] } }] };

  it('needs one alternative and everything beside it', () => {
    expect(matches(pattern, { source: 's', a: 1 })).toBe(true);
    expect(matches(pattern, { source: 's', b: { c: 'x' } })).toBe(true);
    expect(matches(pattern, { source: 's', a: 2 })).toBe(false);
    expect(matches(pattern, { source: 't', a: 1 })).toBe(false);
  });

  it('works below other fields', () => {
    const nested = { detail: { $or: [{ a: [1] }, { b: [2] }] } };
    expect(matches(nested, { detail: { b: 2 } })).toBe(true);
    expect(matches(nested, { detail: { b: 3 } })).toBe(false);
  });
});

describe('what is not a pattern', () => {
  test.each([
    'not json',
    '"text"',
    '{}',
    '{"a":"x"}',
    '{"a":[]}',
    '{"a":{}}',
    '{"a":[["x"]]}',
    '{"a":[{"unknown":1}]}',
    '{"a":[{"prefix":1}]}',
    '{"a":[{"prefix":"a","suffix":"b"}]}',
    '{"a":[{"numeric":[">"]}]}',
    '{"a":[{"numeric":["~",1]}]}',
    '{"a":[{"numeric":[">",5,"<",1]}]}',
    '{"a":[{"numeric":[">",6000000000]}]}',
    '{"a":[{"cidr":"10.0.0.0"}]}',
    '{"a":[{"cidr":"10.0.0.0/33"}]}',
    '{"a":[{"exists":"yes"}]}',
    '{"a":[{"anything-but":[]}]}',
    '{"a":[{"anything-but":["x",1]}]}',
    '{"a":[{"anything-but":{"numeric":["=",1]}}]}',
    '{"a":[{"wildcard":"a**b"}]}',
    '{"a":[{"wildcard":"a\\\\b"}]}',
    '{"$or":[{"a":[1]}]}',
  ])('%s', (text) => {
    expect(() => compilePatternText(text)).toThrow(AwsError);
    expect(() => compilePatternText(text)).toThrow('Event pattern is not valid');
  });
});

describe('exactValues', () => {
  it('collects what the field must be', () => {
    expect(exactValues({ source: ['a', 'b'] }, 'source')).toEqual(['a', 'b']);
    expect(exactValues({ $or: [{ source: ['a'] }, { source: ['b'], x: [1] }] }, 'source')).toEqual([
      'a',
      'b',
    ]);
  });

  it('is undefined where anything else would do', () => {
    expect(exactValues({ source: [{ prefix: 'a' }] }, 'source')).toBeUndefined();
    expect(exactValues({ x: ['a'] }, 'source')).toBeUndefined();
    expect(exactValues({ $or: [{ source: ['a'] }, { x: [1] }] }, 'source')).toBeUndefined();
  });
});
