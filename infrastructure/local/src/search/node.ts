import { randomUUID } from 'node:crypto';
import type { Collection, Store } from '../store/store';
import { Analyzers } from './analysis/analyzers';
import { loadJapanese } from './analysis/kuromoji';
import { badRequest, indexMissing, SearchError } from './errors';
import type { Source } from './mapping';
import { needsJapanese, SearchIndex, type IndexDefinition } from './search-index';

/** The indexes of the node, by name and by alias. */
export class SearchNode {
  readonly uuid = randomUUID();
  private readonly indexes = new Map<string, SearchIndex>();
  private readonly creating = new Map<string, Promise<SearchIndex>>();
  private loading: Promise<void> = Promise.resolve();

  private constructor(
    private readonly store: Store,
    private readonly definitions: Collection<IndexDefinition>,
    private readonly aliases: Collection<readonly string[]>,
  ) {}

  /** Reads what the store kept. The terms are made anew in the background; see {@link ready}. */
  static async open(store: Store): Promise<SearchNode> {
    const definitions = await store.collection<IndexDefinition>('search.indexes');
    const node = new SearchNode(store, definitions, await store.collection('search.aliases'));
    const kept = await Promise.all(
      [...definitions].map(async ([name, definition]) => {
        const documents = await store.collection<Source>(`search.docs.${name}`);
        return async () => {
          if (needsJapanese(definition)) await loadJapanese();
          const index = new SearchIndex(name, definition, documents);
          await index.load();
          node.indexes.set(name, index);
        };
      }),
    );
    node.loading = (async () => {
      for (const load of kept) await load();
    })();
    // Whoever asks next learns of a failure through ready().
    node.loading.catch(() => undefined);
    return node;
  }

  /** Resolves when every index can be searched. */
  ready(): Promise<void> {
    return this.loading;
  }

  list(): SearchIndex[] {
    return [...this.indexes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(name: string): boolean {
    return this.indexes.has(name) || this.aliases.has(name);
  }

  /** The index of a name, or of an alias of one index. Throws SearchError where there is none. */
  get(name: string): SearchIndex {
    const [index, ...others] = this.resolve(name);
    if (!index) throw indexMissing(name);
    if (others.length > 0)
      throw badRequest(
        `Alias [${name}] has more than one index associated with it, can't execute a single index op`,
        'illegal_argument_exception',
      );
    return index;
  }

  /** `a,b*,alias`, `_all`. A name without `*` has to exist, unless `lenient`. */
  resolve(expression: string, lenient = false): SearchIndex[] {
    const found = new Set<SearchIndex>();
    for (const name of expression.split(',')) {
      const pattern = name === '_all' ? '*' : name;
      const targets = pattern.includes('*') ? this.matching(pattern) : (this.aliases.get(name) ?? [name]);
      for (const target of targets) {
        const index = this.indexes.get(target);
        if (index) found.add(index);
        else if (!lenient) throw indexMissing(name);
      }
    }
    return [...found];
  }

  /** Writing to an index that is not there makes it, as OpenSearch does. */
  async forWriting(name: string): Promise<SearchIndex> {
    return this.has(name) ? this.get(name) : (this.creating.get(name) ?? this.create(name, {}));
  }

  /** Throws SearchError where the name or the definition is invalid, or the index exists. */
  async create(name: string, definition: IndexDefinition): Promise<SearchIndex> {
    if (this.has(name) || this.creating.has(name))
      throw new SearchError(
        400,
        'resource_already_exists_exception',
        `index [${name}/${this.uuid}] already exists`,
        { index: name },
      );
    if (!/^[a-z0-9][a-z0-9._-]{0,200}$/.test(name))
      throw new SearchError(
        400,
        'invalid_index_name_exception',
        `Invalid index name [${name}], must be lowercase and must not contain special characters`,
        { index: name },
      );
    const made = this.make(name, definition).finally(() => this.creating.delete(name));
    this.creating.set(name, made);
    return made;
  }

  delete(index: SearchIndex): void {
    index.clear();
    this.indexes.delete(index.name);
    this.definitions.delete(index.name);
    for (const [alias] of [...this.aliases]) this.removeAlias(alias, index.name);
  }

  /** Keeps the mapping, which dynamic fields may have extended. */
  keep(index: SearchIndex): void {
    const before = this.definitions.get(index.name);
    if (!before || before.mappings === index.mapping.definition) return;
    this.definitions.set(index.name, { ...before, mappings: index.mapping.definition });
  }

  aliasesOf(index: string): string[] {
    return [...this.aliases].filter(([, indexes]) => indexes.includes(index)).map(([alias]) => alias);
  }

  addAlias(alias: string, index: string): void {
    if (this.indexes.has(alias))
      throw new SearchError(
        400,
        'invalid_alias_name_exception',
        `Invalid alias name [${alias}]: an index or data stream exists with the same name as the alias`,
      );
    this.aliases.set(alias, [...new Set([...(this.aliases.get(alias) ?? []), index])]);
  }

  removeAlias(alias: string, index: string): boolean {
    const before = this.aliases.get(alias);
    if (!before?.includes(index)) return false;
    const rest = before.filter((name) => name !== index);
    if (rest.length > 0) this.aliases.set(alias, rest);
    else this.aliases.delete(alias);
    return true;
  }

  /** Analyzers of a request that names no index. */
  async builtIn(): Promise<Analyzers> {
    await loadJapanese();
    return new Analyzers({});
  }

  flushed(): Promise<void> {
    return this.store.flushed();
  }

  private async make(name: string, definition: IndexDefinition): Promise<SearchIndex> {
    if (needsJapanese(definition)) await loadJapanese();
    const index = new SearchIndex(
      name,
      definition,
      await this.store.collection<Source>(`search.docs.${name}`),
    );
    this.definitions.set(name, definition);
    this.indexes.set(name, index);
    return index;
  }

  private matching(pattern: string): string[] {
    const expression = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`);
    const aliased = [...this.aliases]
      .filter(([alias]) => expression.test(alias))
      .flatMap(([, indexes]) => indexes);
    return [...[...this.indexes.keys()].filter((name) => expression.test(name)), ...aliased];
  }
}
