import { isDeepStrictEqual } from 'node:util';
import { badRequest, SearchError, versionConflict } from './errors';
import type { Revision, SearchIndex, Source } from './search-index';

export interface WriteResult {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a write expects to replace; undefined where it does not mind. */
export interface Expected {
  readonly seqNo: number;
  readonly primaryTerm: number;
}

const result = (
  index: SearchIndex,
  id: string,
  what: string,
  status: number,
  revision: Revision | undefined = index.revision(id),
): WriteResult => ({
  status,
  body: {
    _index: index.name,
    _id: id,
    _version: revision?.version ?? 1,
    result: what,
    _shards: { total: 1, successful: 1, failed: 0 },
    _seq_no: revision?.seqNo ?? 0,
    _primary_term: revision?.primaryTerm ?? 1,
  },
});

/** `if_seq_no` and `if_primary_term`, which come together or not at all. */
export function expectedOf(seqNo: unknown, primaryTerm: unknown): Expected | undefined {
  const given = (value: unknown): boolean => value !== undefined && value !== null;
  if (!given(seqNo) && !given(primaryTerm)) return undefined;
  if (given(seqNo) && given(primaryTerm)) return { seqNo: Number(seqNo), primaryTerm: Number(primaryTerm) };
  const reason = given(seqNo)
    ? `ifSeqNo is set, but primary term is [0]`
    : `ifSeqNo is unassigned, but primary term is [${String(primaryTerm)}]`;
  throw badRequest(`Validation Failed: 1: ${reason};`, 'action_request_validation_exception');
}

function checkExpected(index: SearchIndex, id: string, expected: Expected | undefined): void {
  if (!expected) return;
  const current = index.revision(id);
  if (current?.seqNo === expected.seqNo && current.primaryTerm === expected.primaryTerm) return;
  const found = current
    ? `current document has seqNo [${current.seqNo}] and primary term [${current.primaryTerm}]`
    : 'but no document was found';
  throw versionConflict(
    id,
    `required seqNo [${expected.seqNo}], primary term [${expected.primaryTerm}]. ${found}`,
  );
}

export function putDocument(
  index: SearchIndex,
  id: string,
  source: Source,
  { onlyCreate = false, expected }: { onlyCreate?: boolean; expected?: Expected | undefined } = {},
): WriteResult {
  const before = index.revision(id);
  if (onlyCreate && before)
    throw versionConflict(id, `document already exists (current version [${before.version}])`);
  checkExpected(index, id, expected);
  const created = index.put(id, source);
  return result(index, id, created ? 'created' : 'updated', created ? 201 : 200);
}

interface UpdateBody {
  readonly doc?: Source;
  readonly upsert?: Source;
  readonly doc_as_upsert?: boolean;
  readonly script?: unknown;
}

export function updateDocument(
  index: SearchIndex,
  id: string,
  body: UpdateBody,
  expected?: Expected,
): WriteResult {
  if (body.script !== undefined)
    throw badRequest('scripts are not served here', 'illegal_argument_exception');
  if (!body.doc && !body.upsert)
    throw badRequest(
      'Validation Failed: 1: script or doc is missing;',
      'action_request_validation_exception',
    );
  const before = index.get(id);
  checkExpected(index, id, expected);
  if (before) {
    const after = { ...before, ...body.doc };
    if (isDeepStrictEqual(before, after)) return result(index, id, 'noop', 200);
    index.put(id, after);
    return result(index, id, 'updated', 200);
  }
  const first = body.doc_as_upsert ? body.doc : body.upsert;
  if (!first) throw new SearchError(404, 'document_missing_exception', `[${id}]: document missing`);
  return putDocument(index, id, first);
}

export function deleteDocument(index: SearchIndex, id: string, expected?: Expected): WriteResult {
  checkExpected(index, id, expected);
  const revision = index.delete(id);
  return revision ? result(index, id, 'deleted', 200, revision) : result(index, id, 'not_found', 404);
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
      const expected = expectedOf(meta.if_seq_no, meta.if_primary_term);
      const written = write(index, action, id, payload ?? {}, expected);
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

function write(
  index: SearchIndex,
  action: Action,
  id: string,
  payload: Source,
  expected: Expected | undefined,
): WriteResult {
  if (action === 'delete') return deleteDocument(index, id, expected);
  if (action === 'update') return updateDocument(index, id, payload, expected);
  return putDocument(index, id, payload, { onlyCreate: action === 'create', expected });
}

interface ActionMeta {
  readonly _index?: string;
  readonly _id?: string;
  readonly if_seq_no?: number;
  readonly if_primary_term?: number;
}

function readAction(line: string): [Action, ActionMeta] {
  const [entry] = Object.entries(parse(line) as Record<string, ActionMeta>);
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
