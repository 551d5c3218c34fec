import { badRequest, SearchError, SearchPhaseError } from '../errors';
import { runQuery } from '../query';
import { listOf, numberOf, type Clause, type Scores } from '../query/scores';
import type { SearchIndex } from '../search-index';
import { aggregate, type Matched } from './aggregations';
import { highlighter } from './highlight';
import { compareRows, sortKeys, sortReader, type SortKey, type SortValue } from './sort';
import { sourceFilter } from './source-filter';
import { checkWindow, sizeOf } from './window';

interface Hit {
  readonly index: SearchIndex;
  readonly id: string;
  readonly score: number;
  readonly row: readonly SortValue[];
}

interface IndexResult extends Matched {
  readonly hits: readonly Hit[];
}

const options = [
  ...[
    'query',
    'post_filter',
    'aggs',
    'aggregations',
    'sort',
    'from',
    'size',
    '_source',
    'min_score',
    'highlight',
  ],
  ...[
    'track_total_hits',
    'track_scores',
    'search_after',
    'version',
    'seq_no_primary_term',
    'timeout',
    'explain',
  ],
];

/** `POST /{index}/_search`. Throws SearchError. */
export function search(indexes: readonly SearchIndex[], body: Clause): object {
  const startedAt = performance.now();
  const unknown = Object.keys(body).find((name) => !options.includes(name));
  if (unknown !== undefined) throw badRequest(`unknown key [${unknown}] in the search request`);
  const from = sizeOf(body.from, 0, 'from');
  const size = sizeOf(body.size, 10, 'size');
  const keys = sortKeys(body.sort);
  const results = indexes.map((index) =>
    inPhase(index, () => {
      checkWindow(from, size);
      return searchOne(index, body, keys);
    }),
  );
  const after = body.search_after === undefined ? undefined : (listOf(body.search_after) as SortValue[]);
  if (after && after.length !== keys.length)
    throw badRequest(
      `search_after has ${after.length} value(s) but sort has ${keys.length}.`,
      'illegal_argument_exception',
    );
  const hits = results.flatMap((result) => result.hits);
  const rest = after ? hits.filter(({ row }) => compareRows(row, after, keys) > 0) : hits;
  rest.sort((left, right) => compareRows(left.row, right.row, keys));
  const page = rest.slice(from, from + size);
  const aggs = body.aggs ?? body.aggregations;
  const aggregations =
    aggs === undefined ? {} : { aggregations: inPhase(indexes[0], () => aggregate(results, aggs)) };
  const scored = body.track_scores === true || keys.some(({ field }) => field === '_score');
  const top = hits.reduce((most, { score }) => Math.max(most, score), -Infinity);
  return {
    took: Math.round(performance.now() - startedAt),
    timed_out: false,
    _shards: { total: indexes.length, successful: indexes.length, skipped: 0, failed: 0 },
    hits: {
      ...total(body.track_total_hits, hits.length),
      max_score: scored && hits.length > 0 && size > 0 ? top : null,
      hits: rendered(page, body, scored),
    },
    ...aggregations,
  };
}

function searchOne(index: SearchIndex, body: Clause, keys: readonly SortKey[]): IndexResult {
  const scores = runQuery(index, body.query);
  const least = numberOf(body.min_score, 0, 'min_score');
  const ids = [...scores.keys()].filter((id) => (scores.get(id) ?? 0) >= least);
  const filter: Scores | undefined =
    body.post_filter === undefined ? undefined : runQuery(index, body.post_filter);
  const readers = keys.map((key) => sortReader(index, scores, key, key.unmappedType !== undefined));
  const hits = (filter ? ids.filter((id) => filter.has(id)) : ids).map((id): Hit => ({
    index,
    id,
    score: scores.get(id) ?? 0,
    row: readers.map((read) => read(id)),
  }));
  return { index, ids, hits };
}

/** Errors inside an index are OpenSearch's shard failures; those of the request itself are not. */
function inPhase<T>(index: SearchIndex | undefined, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const ofShard =
      error instanceof SearchError && index && !['parsing_exception', 'parse_exception'].includes(error.type);
    throw ofShard ? new SearchPhaseError(index.name, error) : error;
  }
}

function total(track: unknown, count: number): object {
  if (track === false) return {};
  const limit = track === true ? Infinity : sizeOf(track, 10_000, 'track_total_hits');
  return { total: count > limit ? { value: limit, relation: 'gte' } : { value: count, relation: 'eq' } };
}

function rendered(page: readonly Hit[], body: Clause, scored: boolean): object[] {
  const filter = sourceFilter(body._source);
  const marks = new Map<SearchIndex, ReturnType<typeof highlighter>>();
  return page.map(({ index, id, score, row }) => {
    const source = index.get(id) ?? {};
    const shown = filter(source);
    let highlight: object | undefined;
    if (body.highlight !== undefined) {
      const mark = marks.get(index) ?? highlighter(index, body.query, body.highlight);
      marks.set(index, mark);
      highlight = mark(source);
    }
    const { version, seqNo } = index.stateOf(id);
    return {
      _index: index.name,
      _id: id,
      ...(body.version === true && { _version: version }),
      ...(body.seq_no_primary_term === true && { _seq_no: seqNo, _primary_term: 1 }),
      _score: scored ? score : null,
      ...(shown && { _source: shown }),
      ...(highlight && Object.keys(highlight).length > 0 && { highlight }),
      ...(body.sort !== undefined && { sort: row }),
    };
  });
}
