import { compileCondition } from './choice';
import { StateError, SyntaxProblem } from './errors';
import { compileIntrinsic } from './intrinsic-parser';
import type { Json, JsonObject } from './json';
import { compilePath, compileReferencePath } from './path';
import type { Scope } from './scope';

const scope = (variables: JsonObject = {}): Scope => ({
  context: () => ({ Execution: { Name: 'e' } }),
  variables,
  input: null,
});

describe('JSONPath', () => {
  const data = {
    store: {
      books: [
        { title: 'a', price: 8, tags: ['x'] },
        { title: 'b', price: 12, tags: ['x', 'y'] },
        { title: 'c', price: 20 },
      ],
      'odd key': { 'a.b': 1 },
    },
    limit: 10,
    none: null,
    日本: '円',
  };

  it.each<[string, Json | undefined]>([
    ['$', data],
    ['$.limit', 10],
    ['$.none', null],
    ['$.日本', '円'],
    ['$.nope', undefined],
    ['$.limit.nope', undefined],
    ['$.toString', undefined],
    ["$['store']['odd key']['a.b']", 1],
    ['$["store"]["odd key"]', { 'a.b': 1 }],
    ['$.store.books[0].title', 'a'],
    ['$.store.books[-1].title', 'c'],
    ['$.store.books[3]', undefined],
    ['$.store.books[*].title', ['a', 'b', 'c']],
    ['$.store.books[0,2].title', ['a', 'c']],
    ['$.store.books[1:].title', ['b', 'c']],
    ['$.store.books[:-1].title', ['a', 'b']],
    ['$.store.books[0:3:2].title', ['a', 'c']],
    ['$..price', [8, 12, 20]],
    ['$..books[0].title', ['a']],
    ["$.store.books[0]['title','price']", ['a', 8]],
    ['$.store.books[?(@.price < 10)].title', ['a']],
    ['$.store.books[?(@.price > $.limit && @.title != "c")].title', ['b']],
    ["$.store.books[?(@.title == 'a' || !(@.price < 15))].title", ['a', 'c']],
    ['$.store.books[?(@.tags)].title', ['a', 'b']],
    ["$.store.books[?(@.title in ['a', 'c'])].price", [8, 20]],
    ['$.store.books[?(@.title =~ /[BC]/i)].price', [12, 20]],
    ['$.store.books[?(@.tags.length() == 2)].title', ['b']],
    ['$.store.books[?(@.price > 100)]', []],
    ['$.store.books.length()', 3],
    ['$.store.books[*].price.max()', 20],
    ['$$.Execution.Name', 'e'],
    ['$price', 5],
    ['$order.lines[0]', 'l'],
    ['$unset', undefined],
  ])('%s', (path, expected) => {
    expect(compilePath(path).find(data, scope({ price: 5, order: { lines: ['l'] } }))).toEqual(expected);
  });

  it.each(['', 'a', '$.', '$.a[', '$.a[x]', '$.a b', '$[?(@.a ==)]', '$.a.nope()', '$..'])(
    'refuses %j',
    (path) => {
      expect(() => compilePath(path)).toThrow(SyntaxProblem);
    },
  );

  it('puts values at reference paths without touching the rest', () => {
    const before = { a: { b: 1 }, list: [1, 2] };
    const after = compileReferencePath('$.a.c.d')?.put(before, 5) as { a: object; list: object };
    expect(after).toEqual({ a: { b: 1, c: { d: 5 } }, list: [1, 2] });
    expect(before).toEqual({ a: { b: 1 }, list: [1, 2] });
    expect(after.list).toBe(before.list);
    expect(compileReferencePath('$.list[1]')?.put(before, 9)).toEqual({ a: { b: 1 }, list: [1, 9] });
    expect(compileReferencePath('$')?.put(before, 9)).toBe(9);
    expect(() => compileReferencePath('$.a.b.c')?.put(before, 9)).toThrow('States.ResultPathMatchFailure');
    expect(() => compileReferencePath('$.list[2]')?.put(before, 9)).toThrow('States.ResultPathMatchFailure');
    const polluted = compileReferencePath("$['__proto__'].x")?.put({}, 1);
    expect(Object.hasOwn(polluted as object, '__proto__')).toBe(true);
    expect(({} as { x?: number }).x).toBeUndefined();
    expect(compileReferencePath('$.a[*]')).toBeUndefined();
    expect(compileReferencePath('$$.a')).toBeUndefined();
  });
});

describe('intrinsics', () => {
  const data = {
    n: 5,
    text: "it's",
    list: [1, 2, 2, { a: 1 }, { a: 1 }],
    json: '{"a":[1]}',
    object: { a: 1 },
    other: { b: 2 },
  };

  it.each<[string, Json]>([
    ["States.Format('{} and {}, {}', $.n, $.text, $.object)", '5 and it\'s, {"a":1}'],
    ["States.Format('\\{\\} {} \\'quoted\\' \\\\', $.n)", "{} 5 'quoted' \\"],
    ['States.StringToJson($.json)', { a: [1] }],
    ['States.JsonToString($.object)', '{"a":1}'],
    ["States.Array($.n, 'x', 1.5, true, null)", [5, 'x', 1.5, true, null]],
    ['States.Array()', []],
    ['States.ArrayPartition(States.ArrayRange(1, 5, 1), 2)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayContains($.list, $.object)', true],
    ['States.ArrayContains($.list, 7)', false],
    ['States.ArrayRange(9, 1, -4)', [9, 5, 1]],
    ['States.ArrayGetItem($.list, 3)', { a: 1 }],
    ['States.ArrayLength($.list)', 5],
    ['States.ArrayUnique($.list)', [1, 2, { a: 1 }]],
    ["States.Base64Encode('万屋')", '5LiH5bGL'],
    ["States.Base64Decode('5LiH5bGL')", '万屋'],
    ["States.Hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['States.JsonMerge($.object, $.other, false)', { a: 1, b: 2 }],
    ['States.MathAdd($.n, -7)', -2],
    ["States.StringSplit('This.is+a,,test', '.+,')", ['This', 'is', 'a', 'test']],
    ["States.ArrayGetItem(States.StringSplit('a-b', '-'), 1)", 'b'],
    ["States.Format('{}', $.list[?(@.a == 1)].a)", '[1,1]'],
  ])('%s', (text, expected) => {
    expect(compileIntrinsic(text, 'x.$')(data, scope())).toEqual(expected);
  });

  it('makes UUIDs and random numbers, the latter again by the same seed', () => {
    expect(compileIntrinsic('States.UUID()', 'x')(data, scope())).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-/,
    );
    const random = compileIntrinsic('States.MathRandom(1, 1000, $.n)', 'x');
    expect(random(data, scope())).toBe(random(data, scope()));
    for (let count = 0; count < 50; count++) {
      const value = compileIntrinsic('States.MathRandom(3, 5)', 'x')(data, scope());
      expect([3, 4]).toContain(value);
    }
  });

  it.each([
    'States.StringToJson($.text)',
    'States.ArrayGetItem($.list, 9)',
    'States.ArrayRange(1, 5000, 1)',
    'States.ArrayPartition($.list, 0)',
    'States.ArrayLength($.text)',
    "States.MathAdd('a', 1)",
    "States.Hash('a', 'MD4')",
    'States.JsonMerge($.object, $.other, true)',
    "States.Base64Decode('***')",
  ])('%s fails with States.IntrinsicFailure', (text) => {
    const evaluate = compileIntrinsic(text, 'x.$');
    expect(() => evaluate(data, scope())).toThrow(StateError);
    expect(() => evaluate(data, scope())).toThrow('States.IntrinsicFailure');
  });

  it.each([
    'States.Nope()',
    'States.UUID(1)',
    "States.Format('{}')",
    'States.Array(1',
    'States.Array(1 2)',
    'States.UUID() x',
  ])('refuses %s', (text) => {
    expect(() => compileIntrinsic(text, 'x.$')).toThrow(SyntaxProblem);
  });
});

describe('choice rules', () => {
  const data = {
    n: 5,
    m: 7,
    s: 'banana',
    star: 'a*b',
    t: '2026-01-01T00:00:00Z',
    later: '2026-01-01T10:00:00+09:00',
    yes: true,
    no: false,
    none: null,
    object: {},
  };

  it.each<[JsonObject, boolean]>([
    [{ Variable: '$.n', NumericEquals: 5 }, true],
    [{ Variable: '$.n', NumericEquals: 5.5 }, false],
    [{ Variable: '$.s', NumericEquals: 5 }, false],
    [{ Variable: '$.n', NumericLessThan: 6 }, true],
    [{ Variable: '$.n', NumericLessThanEquals: 5 }, true],
    [{ Variable: '$.n', NumericGreaterThan: 5 }, false],
    [{ Variable: '$.n', NumericGreaterThanEquals: 5 }, true],
    [{ Variable: '$.n', NumericLessThanPath: '$.m' }, true],
    [{ Variable: '$.n', NumericEqualsPath: '$.m' }, false],
    [{ Variable: '$.s', StringEquals: 'banana' }, true],
    [{ Variable: '$.s', StringLessThan: 'cherry' }, true],
    [{ Variable: '$.s', StringGreaterThanEquals: 'cherry' }, false],
    [{ Variable: '$.s', StringEqualsPath: '$.s' }, true],
    [{ Variable: '$.s', StringMatches: 'b*na' }, true],
    [{ Variable: '$.s', StringMatches: 'b.nana' }, false],
    [{ Variable: '$.star', StringMatches: 'a\\*b' }, true],
    [{ Variable: '$.s', StringMatches: 'b\\*na' }, false],
    [{ Variable: '$.yes', BooleanEquals: true }, true],
    [{ Variable: '$.no', BooleanEqualsPath: '$.yes' }, false],
    [{ Variable: '$.t', TimestampEquals: '2026-01-01T09:00:00+09:00' }, true],
    [{ Variable: '$.t', TimestampLessThanPath: '$.later' }, true],
    [{ Variable: '$.s', TimestampGreaterThan: '2020-01-01T00:00:00Z' }, false],
    [{ Variable: '$.none', IsNull: true }, true],
    [{ Variable: '$.n', IsNull: false }, true],
    [{ Variable: '$.nope', IsPresent: false }, true],
    [{ Variable: '$.none', IsPresent: true }, true],
    [{ Variable: '$.n', IsNumeric: true }, true],
    [{ Variable: '$.s', IsString: false }, false],
    [{ Variable: '$.yes', IsBoolean: true }, true],
    [{ Variable: '$.t', IsTimestamp: true }, true],
    [{ Variable: '$.s', IsTimestamp: true }, false],
    [{ Not: { Variable: '$.n', NumericEquals: 5 } }, false],
    [
      {
        And: [
          { Variable: '$.n', NumericEquals: 5 },
          { Variable: '$.m', NumericEquals: 5 },
        ],
      },
      false,
    ],
    [
      {
        Or: [
          { Variable: '$.n', NumericEquals: 6 },
          { Variable: '$.m', NumericEquals: 7 },
        ],
      },
      true,
    ],
    [
      {
        And: [
          { Variable: '$.nope', IsPresent: true },
          { Variable: '$.nope.deep', NumericEquals: 1 },
        ],
      },
      false,
    ],
  ])('%j is %j', (rule, expected) => {
    expect(compileCondition(rule)(data, scope())).toBe(expected);
  });

  it('fails where the variable is not there', () => {
    const test = compileCondition({ Variable: '$.nope', NumericEquals: 1 });
    expect(() => test(data, scope())).toThrow("Invalid path '$.nope'");
  });

  it.each<[JsonObject]>([
    [{ Variable: '$.n' }],
    [{ NumericEquals: 1 }],
    [{ Variable: '$.n', NumericEquals: '1' }],
    [{ Variable: '$.n', BooleanLessThan: true }],
    [{ Variable: '$.n', Nope: 1 }],
    [{ Variable: '$.n', IsNull: 'yes' }],
    [{ Variable: '$.n', NumericEquals: 1, StringEquals: 'x' }],
    [{ And: [] }],
  ])('refuses %j', (rule) => {
    expect(() => compileCondition(rule)).toThrow(SyntaxProblem);
  });
});
