import { isDeepStrictEqual } from 'node:util';
import { randomUUID } from 'node:crypto';
import { badRequest, SearchError } from '../errors';
import type { Source } from '../mapping';
import type { SearchNode } from '../node';
import { asClause, type Clause } from '../query/scores';
import type { SearchIndex, Written } from '../search-index';
import { sourceFilter } from '../search/source-filter';
import { bodyOf, linesOf, noHandler, ok, parse, type Answer, type Call } from './call';

function answered(
  index: SearchIndex,
  id: string,
  { result, version, seqNo }: Written,
): Answer & { readonly body: object } {
  const status = result === 'created' ? 201 : result === 'not_found' ? 404 : 200;
  const total = result === 'noop' ? 0 : 1;
  const shards = { total, successful: total, failed: 0 };
  return {
    status,
    body: {
      _index: index.name,
      _id: id,
      _version: version,
      result,
      _shards: shards,
      _seq_no: seqNo,
      _primary_term: 1,
    },
  };
}

function put(index: SearchIndex, id: string, source: Source, onlyCreate: boolean): Written {
  if (id === '' || Buffer.byteLength(id) > 512)
    throw badRequest(`id [${id}] must be 1 to 512 bytes long`, 'illegal_argument_exception');
  if (onlyCreate && index.get(id)) {
    const reason = `[${id}]: version conflict, document already exists (current version [${index.stateOf(id).version}])`;
    throw new SearchError(409, 'version_conflict_engine_exception', reason, {
      index: index.name,
      shard: '0',
    });
  }
  return index.put(id, source);
}

/** `_update`: a part of the document, or what it shall be where there is none. Scripts are refused. */
function update(index: SearchIndex, id: string, body: Clause): Written {
  if (body.script !== undefined)
    throw badRequest('scripts are not served here', 'illegal_argument_exception');
  if (body.doc === undefined)
    throw badRequest(
      'Validation Failed: 1: script or doc is missing;',
      'action_request_validation_exception',
    );
  const changes = asClause(body.doc, '[doc]');
  const before = index.get(id);
  if (!before) {
    const first =
      body.upsert === undefined
        ? body.doc_as_upsert === true
          ? changes
          : undefined
        : asClause(body.upsert, '[upsert]');
    if (first) return put(index, id, first, false);
    throw new SearchError(404, 'document_missing_exception', `[${id}]: document missing`, {
      index: index.name,
      shard: '0',
    });
  }
  const after = merged(before, changes);
  if (body.detect_noop !== false && isDeepStrictEqual(before, after))
    return { result: 'noop', ...index.stateOf(id) };
  return index.put(id, after);
}

/** Objects are merged, everything else is replaced. */
function merged(before: Source, changes: Source): Source {
  const result: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    const own = before[name];
    const both = isObject(own) && isObject(value);
    result[name] = both ? merged(own, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const refused = ['if_seq_no', 'if_primary_term', 'version', 'version_type', 'routing', 'pipeline'];

/** `/{index}/_doc[/{id}]`, `/{index}/_create/{id}`, `/{index}/_update/{id}`. */
export async function writeDocument(node: SearchNode, call: Call): Promise<Answer> {
  const [name = '', kind, given] = call.parts;
  const { method, parameters } = call;
  const unknown = refused.find((parameter) => parameters.has(parameter));
  if (unknown !== undefined)
    throw badRequest(`[${unknown}] is not served here`, 'illegal_argument_exception');
  const isNew = given === undefined;
  if (isNew && (method !== 'POST' || kind !== '_doc')) throw noHandler(call);
  const id = given ?? randomUUID();
  if (kind === '_update') {
    if (method !== 'POST') throw noHandler(call);
    const index = await node.forWriting(name);
    const answer = answered(index, id, update(index, id, bodyOf(call)));
    node.keep(index);
    return answer;
  }
  if (method === 'DELETE') {
    const index = node.get(name);
    return answered(index, id, index.delete(id));
  }
  if (method !== 'PUT' && method !== 'POST') throw noHandler(call);
  if (call.text.trim() === '') throw badRequest('request body is required', 'parse_exception');
  const source = bodyOf(call);
  const index = await node.forWriting(name);
  const onlyCreate = kind === '_create' || parameters.get('op_type') === 'create';
  const answer = answered(index, id, put(index, id, source, onlyCreate));
  node.keep(index);
  return answer;
}

const actions = ['index', 'create', 'update', 'delete'] as const;
type Action = (typeof actions)[number];

/** `_bulk`: each write has its own outcome. */
export async function bulk(node: SearchNode, call: Call): Promise<Answer> {
  const startedAt = performance.now();
  const lines = linesOf(call);
  const defaultIndex = call.parts[0] === '_bulk' ? undefined : call.parts[0];
  const written = new Set<SearchIndex>();
  const items: object[] = [];
  let errors = false;
  for (let at = 0; at < lines.length; at += 1) {
    const [action, target] = readAction(lines[at] ?? '', at + 1);
    const name = target._index ?? defaultIndex;
    if (name === undefined)
      throw badRequest('Validation Failed: 1: index is missing;', 'action_request_validation_exception');
    const id = target._id ?? randomUUID();
    const payload = action === 'delete' ? undefined : lines[(at += 1)];
    if (action !== 'delete' && payload === undefined)
      throw badRequest('Validation Failed: 1: no requests added;', 'action_request_validation_exception');
    try {
      const index = await node.forWriting(name);
      const { status, body } = answered(index, id, write(index, action, id, payload ?? ''));
      written.add(index);
      items.push({ [action]: { ...body, status } });
    } catch (error) {
      if (!(error instanceof SearchError)) throw error;
      errors = true;
      items.push({ [action]: { _index: name, _id: id, status: error.status, error: error.described } });
    }
  }
  for (const index of written) node.keep(index);
  return ok({ took: Math.round(performance.now() - startedAt), errors, items });
}

function write(index: SearchIndex, action: Action, id: string, payload: string): Written {
  if (action === 'delete') return index.delete(id);
  const body = asClause(parse(payload), 'a document');
  return action === 'update' ? update(index, id, body) : put(index, id, body, action === 'create');
}

interface Target {
  readonly _index?: string;
  readonly _id?: string;
}

function readAction(line: string, number: number): [Action, Target] {
  const [entry] = Object.entries(asClause(parse(line), 'an action'));
  const action = actions.find((known) => known === entry?.[0]);
  if (!entry || action === undefined)
    throw badRequest(
      `Malformed action/metadata line [${number}], expected one of [create, delete, index, update] but found [${entry?.[0] ?? ''}]`,
      'illegal_argument_exception',
    );
  return [action, asClause(entry[1], 'an action')];
}

/** `_delete_by_query`. */
export function deleteByQuery(
  index: readonly SearchIndex[],
  find: (index: SearchIndex) => Iterable<string>,
): Answer {
  const startedAt = performance.now();
  let deleted = 0;
  for (const one of index) {
    for (const id of [...find(one)]) {
      one.delete(id);
      deleted += 1;
    }
  }
  const took = Math.round(performance.now() - startedAt);
  return ok({
    took,
    timed_out: false,
    total: deleted,
    deleted,
    batches: 1,
    version_conflicts: 0,
    noops: 0,
    failures: [],
  });
}

export interface Found {
  readonly _index: string;
  readonly _id: string;
  readonly found: boolean;
  readonly _version?: number;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly _source?: Source;
}

/** A document as `_doc` and `_mget` answer it. */
export function found(index: SearchIndex, id: string, sourceWanted: unknown): Found {
  const source = index.get(id);
  if (!source) return { _index: index.name, _id: id, found: false };
  const { version, seqNo } = index.stateOf(id);
  const shown = sourceFilter(sourceWanted)(source);
  return {
    _index: index.name,
    _id: id,
    _version: version,
    _seq_no: seqNo,
    _primary_term: 1,
    found: true,
    ...(shown && { _source: shown }),
  };
}
