import { badRequest, SearchError } from '../errors';
import type { SearchNode } from '../node';
import { runQuery } from '../query';
import { asClause, listOf, textOf, type Clause } from '../query/scores';
import { search } from '../search';
import { sourceParameter } from '../search/source-filter';
import type { Analyzers } from '../analysis/analyzers';
import type { SearchIndex } from '../search-index';
import { bodyOf, linesOf, ok, parse, shards, type Answer, type Call } from './call';
import { found } from './writes';

const everywhere = '_all';

/** The index expression before `_search` and the like. */
export function targetOf({ parts }: Call): string {
  return parts[0]?.startsWith('_') === false ? parts[0] : everywhere;
}

const lenient = ({ parameters }: Call): boolean => parameters.get('ignore_unavailable') === 'true';

export function searchDocuments(node: SearchNode, call: Call): Answer {
  const body = { ...bodyOf(call), ...fromParameters(call) };
  const answer = search(node.resolve(targetOf(call), lenient(call)), body);
  return ok(call.parameters.get('rest_total_hits_as_int') === 'true' ? withPlainTotal(answer) : answer);
}

/** What a URL says goes before the body. */
function fromParameters({ parameters }: Call): Clause {
  if (parameters.has('q'))
    throw badRequest(
      'the query string syntax ([q]) is not served here: send a query',
      'illegal_argument_exception',
    );
  if (parameters.has('scroll'))
    throw badRequest('[scroll] is not served here: use search_after', 'illegal_argument_exception');
  const body: Record<string, unknown> = {};
  for (const name of ['from', 'size']) if (parameters.has(name)) body[name] = parameters.get(name);
  for (const name of ['track_total_hits', 'track_scores', 'version']) {
    const value = parameters.get(name);
    if (value !== null) body[name] = value === 'true' ? true : value === 'false' ? false : value;
  }
  const sort = parameters.get('sort');
  if (sort !== null) body.sort = sort.split(',');
  const source = sourceParameter(parameters);
  return { ...body, ...(source === undefined ? {} : { _source: source }) };
}

function withPlainTotal(answer: object): object {
  const { hits, ...rest } = answer as { hits: { total?: { value: number } } };
  return { ...rest, hits: { ...hits, total: hits.total?.value ?? -1 } };
}

export function countDocuments(node: SearchNode, call: Call): Answer {
  const indexes = node.resolve(targetOf(call), lenient(call));
  const { query } = bodyOf(call);
  return ok({
    count: indexes.reduce((count, index) => count + runQuery(index, query).size, 0),
    _shards: shards,
  });
}

/** `_msearch`: pairs of lines, a header and a search; one that fails does not fail the others. */
export function searchMany(node: SearchNode, call: Call): Answer {
  const startedAt = performance.now();
  const lines = linesOf(call);
  const responses: object[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    try {
      const header = asClause(parse(lines[at] ?? ''), 'a header');
      const target =
        header.index === undefined
          ? targetOf(call)
          : listOf(header.index)
              .map((name) => textOf(name))
              .join(',');
      responses.push({
        ...search(node.resolve(target), asClause(parse(lines[at + 1] ?? '{}'), 'a search')),
        status: 200,
      });
    } catch (error) {
      if (!(error instanceof SearchError)) throw error;
      responses.push(error.body);
    }
  }
  return ok({ took: Math.round(performance.now() - startedAt), responses });
}

export function getDocument(node: SearchNode, call: Call): Answer {
  const [name = '', kind, id = ''] = call.parts;
  const index = node.get(name);
  const document = found(index, id, sourceParameter(call.parameters));
  if (kind !== '_source') return { status: document.found ? 200 : 404, body: document };
  const source = index.get(id);
  if (!source)
    throw new SearchError(404, 'resource_not_found_exception', `Document not found [${name}]/[${id}]`);
  return ok(source);
}

/** `_mget`: `{ids}` of one index, or `{docs: [{_index, _id}]}`. */
export function getMany(node: SearchNode, call: Call): Answer {
  const body = bodyOf(call);
  const own = call.parts[0] === '_mget' ? undefined : call.parts[0];
  const wanted =
    body.docs === undefined
      ? listOf(body.ids).map((id): Clause => ({ _id: id }))
      : listOf(body.docs).map((doc) => asClause(doc, 'a document'));
  if (wanted.length === 0)
    throw badRequest('Validation Failed: 1: no documents to get;', 'action_request_validation_exception');
  const docs = wanted.map((doc) => {
    const [name, id] = [textOf(doc._index ?? own), textOf(doc._id)];
    try {
      return found(node.get(name), id, doc._source ?? sourceParameter(call.parameters));
    } catch (error) {
      if (!(error instanceof SearchError)) throw error;
      return { _index: name, _id: id, error: error.body };
    }
  });
  return ok({ docs });
}

/** `_analyze`: by analyzer, by field, or by the parts of an analyzer. */
export async function analyze(node: SearchNode, call: Call): Promise<Answer> {
  const body = bodyOf(call);
  const texts = listOf(body.text).map((text) => textOf(text));
  if (texts.length === 0)
    throw badRequest('Validation Failed: 1: text is missing;', 'action_request_validation_exception');
  const index = call.parts[0] === '_analyze' ? undefined : node.get(call.parts[0] ?? '');
  const builtIn = await node.builtIn();
  const analyzer = analyzerOf(body, index, index?.analyzers ?? builtIn);
  let last = -1;
  const tokens = texts.flatMap((text) => {
    const base = last + 1;
    return analyzer(text).map(({ term, position, start, end, span }) => {
      last = Math.max(last, base + position);
      const type = /^\p{N}+$/u.test(term) ? '<NUM>' : 'word';
      return {
        token: term,
        start_offset: start,
        end_offset: end,
        type,
        position: base + position,
        ...(span > 1 && { positionLength: span }),
      };
    });
  });
  return ok({ tokens });
}

function analyzerOf(
  body: Clause,
  index: SearchIndex | undefined,
  analyzers: Analyzers,
): ReturnType<Analyzers['get']> {
  if (body.tokenizer !== undefined) {
    const names = (value: unknown): string[] => listOf(value).map((name) => textOf(name));
    return analyzers.custom(
      { tokenizer: textOf(body.tokenizer), filter: names(body.filter), char_filter: names(body.char_filter) },
      '_anonymous_',
    );
  }
  const field = body.field === undefined ? undefined : textOf(body.field);
  if (field !== undefined && index) return index.textField(field)?.analyzer ?? analyzers.get('keyword');
  const name = textOf(body.analyzer, 'standard');
  try {
    return analyzers.get(name);
  } catch {
    throw badRequest(`failed to find global analyzer [${name}]`, 'illegal_argument_exception');
  }
}
