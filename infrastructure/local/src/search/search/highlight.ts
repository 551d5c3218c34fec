import { badRequest } from '../errors';
import type { Source } from '../mapping';
import { asClause, listOf, numberOf, textOf, type Clause } from '../query/scores';
import type { SearchIndex } from '../search-index';

type Test = (term: string) => boolean;

/** Marks what a query found. https://opensearch.org/docs/latest/search-plugins/searching-data/highlight/ */
export function highlighter(
  index: SearchIndex,
  query: unknown,
  spec: unknown,
): (source: Source) => Record<string, string[]> {
  const options = asClause(spec, '[highlight]');
  const fields = Object.entries(asClause(options.fields, '[highlight] fields')).flatMap(([pattern, own]) => {
    const names = pattern.includes('*') ? index.searchableFields(pattern) : [pattern];
    return names.map((name) => [name, { ...options, ...asClause(own, '[highlight]') }] as const);
  });
  return (source) => {
    const found: Record<string, string[]> = {};
    for (const [field, own] of fields) {
      const text = index.textField(field);
      if (!text) continue;
      const tests = testsOf(index, own.highlight_query ?? query, field, own.require_field_match !== false);
      const value = field.split('.').reduce<unknown>((at, key) => (at as Source | undefined)?.[key], source);
      const fragments = listOf(value).flatMap((item) =>
        typeof item === 'string' ? marked(item, text.analyzer(item), tests, own) : [],
      );
      const limit = numberOf(own.number_of_fragments, 5, 'number_of_fragments');
      if (fragments.length > 0) found[field] = limit === 0 ? fragments : fragments.slice(0, limit);
    }
    return found;
  };
}

/** What the terms of a field are tested by, from every part of the query that looks for them. */
function testsOf(index: SearchIndex, query: unknown, field: string, sameField: boolean): Test[] {
  if (typeof query !== 'object' || query === null) return [];
  return Object.entries(query as Clause).flatMap(([kind, body]) => {
    if (kind === 'must_not' || (kind === 'filter' && !Array.isArray(query) && 'must_not' in query)) return [];
    if (kind === 'multi_match') return multiMatchTests(index, body as Clause, field, sameField);
    if (!leafKinds.includes(kind))
      return Array.isArray(body)
        ? body.flatMap((one) => testsOf(index, one, field, sameField))
        : testsOf(index, body, field, sameField);
    return Object.entries(body as Clause).flatMap(([name, options]) => {
      if (sameField && name !== field) return [];
      const own: Clause =
        typeof options === 'object' && options !== null
          ? (options as Clause)
          : { query: options, value: options };
      return leafTests(index, kind, field, own);
    });
  });
}

const leafKinds = ['match', 'match_phrase', 'match_phrase_prefix', 'match_bool_prefix', 'term', 'prefix'];

function multiMatchTests(index: SearchIndex, body: Clause, field: string, sameField: boolean): Test[] {
  const names = listOf(body.fields).map((name) => textOf(name).split('^')[0] ?? '');
  const included =
    names.length === 0 ||
    names.includes(field) ||
    names.some((name) => name.includes('*') && index.searchableFields(name).includes(field));
  if (sameField && !included) return [];
  return leafTests(index, textOf(body.type).endsWith('_prefix') ? 'match_bool_prefix' : 'match', field, body);
}

function leafTests(index: SearchIndex, kind: string, field: string, options: Clause): Test[] {
  if (kind === 'term' || kind === 'prefix') {
    const value = textOf(options.value);
    return [kind === 'term' ? (term) => term === value : (term) => term.startsWith(value)];
  }
  const terms = (index.textField(field)?.searchAnalyzer(textOf(options.query)) ?? []).map(({ term }) => term);
  const last = terms.at(-1);
  const equal: Test = (term) => terms.includes(term);
  return last !== undefined && kind.endsWith('_prefix') ? [equal, (term) => term.startsWith(last)] : [equal];
}

interface Mark {
  readonly start: number;
  readonly end: number;
}

function marked(
  text: string,
  tokens: readonly (Mark & { readonly term: string })[],
  tests: readonly Test[],
  options: Clause,
): string[] {
  const marks: { start: number; end: number }[] = [];
  for (const { term, start, end } of tokens) {
    if (!tests.some((test) => test(term))) continue;
    const last = marks.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else marks.push({ start, end });
  }
  if (marks.length === 0) return [];
  const size = numberOf(options.fragment_size, 100, 'fragment_size');
  if (size < 0) throw badRequest('[fragment_size] must not be negative');
  const whole = numberOf(options.number_of_fragments, 5, 'number_of_fragments') === 0;
  const [before = '<em>'] = listOf(options.pre_tags).map((tag) => textOf(tag));
  const [after = '</em>'] = listOf(options.post_tags).map((tag) => textOf(tag));
  return fragments(text, marks, whole ? text.length : size).map(({ start, end }) => {
    let at = start;
    let fragment = '';
    for (const mark of marks.filter((one) => one.start >= start && one.end <= end)) {
      fragment += text.slice(at, mark.start) + before + text.slice(mark.start, mark.end) + after;
      at = mark.end;
    }
    return fragment + text.slice(at, end);
  });
}

/** Pieces of about `size` that hold marks; a mark is never cut. */
function fragments(text: string, marks: readonly Mark[], size: number): Mark[] {
  if (text.length <= size) return [{ start: 0, end: text.length }];
  const pieces: { start: number; end: number }[] = [];
  for (const mark of marks) {
    const last = pieces.at(-1);
    if (last && mark.end <= last.end) continue;
    const start = Math.max(last?.end ?? 0, Math.floor(mark.start / size) * size);
    pieces.push({
      start: Math.min(start, mark.start),
      end: Math.max(mark.end, Math.min(text.length, start + size)),
    });
  }
  return pieces;
}
