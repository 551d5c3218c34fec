import type { Collection, Store } from '../store/store';
import { analyzer, isJapanese, loadJapanese } from './analysis';
import { bulk, deleteDocument, expectedOf, parse, putDocument, updateDocument } from './documents';
import { badRequest, indexMissing, SearchError } from './errors';
import { runQuery } from './query';
import { search, type SearchBody } from './search';
import { SearchIndex, type IndexDefinition, type Source } from './search-index';

export interface SearchAnswer {
  readonly status: number;
  readonly body: object | string;
}

const ok = (body: object): SearchAnswer => ({ status: 200, body });

/** The indexes of the node and the REST API over them. */
export class SearchNode {
  private readonly indexes = new Map<string, SearchIndex>();

  private constructor(
    private readonly store: Store,
    private readonly definitions: Collection<IndexDefinition>,
    private readonly starts: number,
  ) {}

  static async open(store: Store): Promise<SearchNode> {
    const node = new SearchNode(
      store,
      await store.collection<IndexDefinition>('search.indexes'),
      await countStart(store),
    );
    for (const [name, definition] of node.definitions) await node.openIndex(name, definition);
    return node;
  }

  /** `path` without the query string. */
  async handle(
    method: string,
    path: string,
    text: string,
    query = new URLSearchParams(),
  ): Promise<SearchAnswer> {
    const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
    const [first, second, third] = parts;
    if (first === undefined) return ok(about);
    if (first === '_bulk') return ok(await bulk(text, undefined, (name) => this.indexFor(name)));
    if (first === '_cluster')
      return ok({ cluster_name: 'local', status: 'green', number_of_nodes: 1, timed_out: false });
    if (first === '_cat') return { status: 200, body: this.list() };
    if (first === '_search') throw badRequest('name an index to search');
    if (first === '_analyze') return this.analyze(undefined, text);
    if (first.startsWith('_'))
      throw badRequest(
        `no handler found for uri [${path}] and method [${method}]`,
        'illegal_argument_exception',
      );
    if (second === undefined) return this.handleIndex(method, first, text, query);
    if (second === '_bulk') return ok(await bulk(text, first, (name) => this.indexFor(name)));
    if (second === '_analyze') return this.analyze(first, text);
    const body = text === '' ? {} : parse(text);
    switch (second) {
      case '_search':
        return ok(search(this.existing(first), body as SearchBody));
      case '_count':
        return ok({
          count: runQuery(this.existing(first), (body as SearchBody).query).size,
          _shards: shards,
        });
      case '_refresh':
      case '_flush':
        this.existing(first);
        return ok({ _shards: shards });
      case '_mapping':
        return method === 'GET'
          ? ok({ [first]: { mappings: this.existing(first).definition.mappings ?? {} } })
          : this.addMappings(first, body as IndexDefinition['mappings']);
      case '_settings':
        return ok({ [first]: { settings: this.existing(first).definition.settings ?? {} } });
      case '_mget':
        return ok({ docs: (body as { ids?: string[] }).ids?.map((id) => this.document(first, id)) ?? [] });
      case '_delete_by_query':
        return this.deleteByQuery(this.existing(first), (body as SearchBody).query);
      case '_doc':
      case '_create':
      case '_update':
        return this.handleDocument(method, first, second, third ?? crypto.randomUUID(), body, query);
      default:
        throw badRequest(
          `no handler found for uri [${path}] and method [${method}]`,
          'illegal_argument_exception',
        );
    }
  }

  private async handleIndex(
    method: string,
    name: string,
    text: string,
    query: URLSearchParams,
  ): Promise<SearchAnswer> {
    if (method === 'PUT') {
      if (this.indexes.has(name))
        throw new SearchError(400, 'resource_already_exists_exception', `index [${name}] already exists`);
      if (!/^[a-z0-9][a-z0-9._-]*$/.test(name))
        throw badRequest(`Invalid index name [${name}]`, 'invalid_index_name_exception');
      await this.create(name, text === '' ? {} : (parse(text) as IndexDefinition));
      return ok({ acknowledged: true, shards_acknowledged: true, index: name });
    }
    if (method === 'DELETE' && query.get('ignore_unavailable') === 'true' && !this.indexes.has(name))
      return ok({ acknowledged: true });
    const index = this.existing(name);
    if (method === 'DELETE') {
      index.clear();
      this.indexes.delete(name);
      this.definitions.delete(name);
      return ok({ acknowledged: true });
    }
    return ok({
      [name]: {
        aliases: {},
        mappings: index.definition.mappings ?? {},
        settings: index.definition.settings ?? {},
      },
    });
  }

  private async handleDocument(
    method: string,
    name: string,
    kind: string,
    id: string,
    body: unknown,
    query: URLSearchParams,
  ): Promise<SearchAnswer> {
    const expected = expectedOf(query.get('if_seq_no'), query.get('if_primary_term'));
    if (kind === '_update') return updateDocument(await this.indexFor(name), id, body as object, expected);
    if (method === 'GET' || method === 'HEAD') {
      const document = this.document(name, id);
      return { status: document.found ? 200 : 404, body: document };
    }
    if (method === 'DELETE') return deleteDocument(this.existing(name), id, expected);
    const onlyCreate = kind === '_create' || query.get('op_type') === 'create';
    return putDocument(await this.indexFor(name), id, body as Source, { onlyCreate, expected });
  }

  private document(name: string, id: string): { found: boolean } {
    const index = this.existing(name);
    const revision = index.revision(id);
    if (!revision) return { _index: name, _id: id, found: false } as { found: boolean };
    const { version, seqNo, primaryTerm } = revision;
    return {
      _index: name,
      _id: id,
      _version: version,
      _seq_no: seqNo,
      _primary_term: primaryTerm,
      found: true,
      _source: index.get(id),
    } as { found: boolean };
  }

  private deleteByQuery(index: SearchIndex, query: unknown): SearchAnswer {
    const ids = [...runQuery(index, query).keys()];
    for (const id of ids) index.delete(id);
    return ok({ took: 0, deleted: ids.length, total: ids.length, failures: [] });
  }

  private async addMappings(name: string, mappings: IndexDefinition['mappings']): Promise<SearchAnswer> {
    const index = this.existing(name);
    await index.addMappings(mappings?.properties ?? {});
    this.definitions.set(name, index.definition);
    return ok({ acknowledged: true });
  }

  private async analyze(name: string | undefined, text: string): Promise<SearchAnswer> {
    const body = parse(text) as { analyzer?: string; text?: string | string[] };
    const settings = name === undefined ? {} : this.existing(name).analysis;
    const wanted = body.analyzer ?? 'standard';
    if (isJapanese(wanted, settings)) await loadJapanese();
    const tokens = [body.text ?? ''].flat().flatMap(analyzer(wanted, settings));
    return ok({ tokens: tokens.map((token, position) => ({ token, position })) });
  }

  private list(): object[] {
    return [...this.indexes.values()].map((index) => ({
      health: 'green',
      status: 'open',
      index: index.name,
      'docs.count': String(index.size),
    }));
  }

  private existing(name: string): SearchIndex {
    const index = this.indexes.get(name);
    if (!index) throw indexMissing(name);
    return index;
  }

  /** Writing to an index that is not there makes it, as OpenSearch does. */
  private async indexFor(name: string): Promise<SearchIndex> {
    return this.indexes.get(name) ?? this.create(name, {});
  }

  private create(name: string, definition: IndexDefinition): Promise<SearchIndex> {
    this.definitions.set(name, definition);
    return this.openIndex(name, definition);
  }

  private async openIndex(name: string, definition: IndexDefinition): Promise<SearchIndex> {
    const index = await SearchIndex.open(
      name,
      definition,
      await this.store.collection<Source>(`search.docs.${name}`),
      this.starts,
    );
    this.indexes.set(name, index);
    return index;
  }
}

async function countStart(store: Store): Promise<number> {
  const counters = await store.collection<number>('search.counters');
  const starts = (counters.get('starts') ?? 0) + 1;
  counters.set('starts', starts);
  await store.flushed();
  return starts;
}

const shards = { total: 1, successful: 1, skipped: 0, failed: 0 };
const about = {
  name: 'local',
  cluster_name: 'local',
  version: { distribution: 'opensearch', number: '2.19.0', minimum_wire_compatibility_version: '7.10.0' },
  tagline: 'The OpenSearch Project: https://opensearch.org/',
};
