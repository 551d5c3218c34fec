import { badRequest, SearchError } from './errors';
import type { SearchIndex, Source } from './search-index';

export interface WriteResult {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const result = (index: SearchIndex, id: string, what: string, status: number): WriteResult => ({
  status,
  body: {
    _index: index.name,
    _id: id,
    _version: 1,
    result: what,
    _shards: { total: 1, successful: 1, failed: 0 },
    _seq_no: 0,
    _primary_term: 1,
  },
});

export function putDocument(index: SearchIndex, id: string, source: Source, onlyCreate = false): WriteResult {
  if (onlyCreate && index.get(id)) {
    throw new SearchError(
      409,
      'version_conflict_engine_exception',
      `[${id}]: version conflict, document already exists`,
    );
  }
  const created = index.put(id, source);
  return result(index, id, created ? 'created' : 'updated', created ? 201 : 200);
}

interface UpdateBody {
  readonly doc?: Source;
  readonly upsert?: Source;
  readonly doc_as_upsert?: boolean;
  readonly script?: unknown;
}

export function updateDocument(index: SearchIndex, id: string, body: UpdateBody): WriteResult {
  if (body.script !== undefined)
    throw badRequest('scripts are not served here', 'illegal_argument_exception');
  if (!body.doc && !body.upsert)
    throw badRequest(
      'Validation Failed: 1: script or doc is missing;',
      'action_request_validation_exception',
    );
  const before = index.get(id);
  if (before) {
    index.put(id, { ...before, ...body.doc });
    return result(index, id, 'updated', 200);
  }
  const first = body.doc_as_upsert ? body.doc : body.upsert;
  if (!first) throw new SearchError(404, 'document_missing_exception', `[${id}]: document missing`);
  return putDocument(index, id, first);
}

export function deleteDocument(index: SearchIndex, id: string): WriteResult {
  return index.delete(id) ? result(index, id, 'deleted', 200) : result(index, id, 'not_found', 404);
}

type Action = 'index' | 'create' | 'update' | 'delete';

/** `_bulk`: lines of JSON, each write with its own outcome. */
export async function bulk(
  text: string,
  defaultIndex: string | undefined,
  indexFor: (name: string) => Promise<SearchIndex>,
): Promise<object> {
  const startedAt = performance.now();
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const items: object[] = [];
  let errors = false;
  for (let at = 0; at < lines.length; at += 1) {
    const [action, meta] = readAction(lines[at] ?? '');
    const payload = action === 'delete' ? undefined : (parse(lines[(at += 1)] ?? '') as Source);
    const id = meta._id ?? crypto.randomUUID();
    try {
      const index = await indexFor(meta._index ?? defaultIndex ?? '');
      const written = write(index, action, id, payload ?? {});
      items.push({ [action]: { ...written.body, status: written.status } });
    } catch (error) {
      if (!(error instanceof SearchError)) throw error;
      errors = true;
      items.push({
        [action]: {
          _index: meta._index ?? defaultIndex,
          _id: id,
          status: error.status,
          error: { type: error.type, reason: error.message },
        },
      });
    }
  }
  return { took: Math.round(performance.now() - startedAt), errors, items };
}

function write(index: SearchIndex, action: Action, id: string, payload: Source): WriteResult {
  if (action === 'delete') return deleteDocument(index, id);
  if (action === 'update') return updateDocument(index, id, payload);
  return putDocument(index, id, payload, action === 'create');
}

function readAction(line: string): [Action, { _index?: string; _id?: string }] {
  const [entry] = Object.entries(parse(line) as Record<string, { _index?: string; _id?: string }>);
  if (!entry || !['index', 'create', 'update', 'delete'].includes(entry[0])) {
    throw badRequest(
      'Malformed action/metadata line, expected one of [create, delete, index, update]',
      'illegal_argument_exception',
    );
  }
  return [entry[0] as Action, entry[1]];
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('request body is not valid JSON', 'x_content_parse_exception');
  }
}
