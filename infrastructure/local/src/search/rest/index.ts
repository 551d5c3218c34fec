import { runQuery } from '../query';
import type { SearchNode } from '../node';
import { bodyOf, noHandler, ok, shards, type Answer, type Call } from './call';
import { cat, changeAliases, handleIndex, handleIndexPart, health } from './indices';
import {
  analyze,
  countDocuments,
  getDocument,
  getMany,
  searchDocuments,
  searchMany,
  targetOf,
} from './reads';
import { bulk, deleteByQuery, writeDocument } from './writes';

type Handler = (node: SearchNode, call: Call) => Answer | Promise<Answer>;

/** APIs that stand at the root, and behind an index where there is one. */
const shared: Readonly<Record<string, Handler>> = {
  _search: searchDocuments,
  _msearch: searchMany,
  _count: countDocuments,
  _mget: getMany,
  _bulk: bulk,
  _analyze: analyze,
  _refresh: refresh,
  _flush: refresh,
  _forcemerge: refresh,
};

const rooted: Readonly<Record<string, Handler>> = {
  ...shared,
  _cat: cat,
  _aliases: changeAliases,
  _alias: changeAliases,
  _cluster: (node, call) => {
    if (call.parts[1] !== 'health') throw noHandler(call);
    return ok(health(node));
  },
};

const ofIndex: Readonly<Record<string, Handler>> = {
  ...shared,
  _doc: document,
  _create: writeDocument,
  _update: writeDocument,
  _source: getDocument,
  _mapping: handleIndexPart,
  _mappings: handleIndexPart,
  _settings: handleIndexPart,
  _alias: handleIndexPart,
  _aliases: handleIndexPart,
  _delete_by_query: (node, call) => {
    const { query } = bodyOf(call);
    return deleteByQuery(node.resolve(targetOf(call)), (index) => runQuery(index, query).keys());
  },
};

/** https://opensearch.org/docs/latest/api-reference/ Throws SearchError. */
export async function route(node: SearchNode, call: Call): Promise<Answer> {
  const [first, second] = call.parts;
  if (first === undefined) return ok(about(node));
  if (second === undefined && !first.startsWith('_')) return handleIndex(node, call);
  const table = first.startsWith('_') && first !== '_all' ? rooted : ofIndex;
  const name = (table === rooted ? first : second) ?? '';
  const handler = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!handler) throw noHandler(call);
  return handler(node, call);
}

function document(node: SearchNode, call: Call): Answer | Promise<Answer> {
  return call.method === 'GET' || call.method === 'HEAD'
    ? getDocument(node, call)
    : writeDocument(node, call);
}

/** Everything is visible at once, so there is nothing to do. */
function refresh(node: SearchNode, call: Call): Answer {
  node.resolve(targetOf(call));
  return ok({ _shards: shards });
}

function about(node: SearchNode): object {
  return {
    name: 'local',
    cluster_name: 'local',
    cluster_uuid: node.uuid,
    version: {
      distribution: 'opensearch',
      number: '2.19.0',
      build_type: 'local',
      lucene_version: '9.12.1',
      minimum_wire_compatibility_version: '7.10.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'The OpenSearch Project: https://opensearch.org/',
  };
}
