import type { Collection } from '../store/store';
import { analyzer, isJapanese, loadJapanese, type AnalysisSettings, type Analyzer } from './analysis';
import { SearchError } from './errors';
import { TextField } from './text-field';

export type Source = Readonly<Record<string, unknown>>;

/** What optimistic writers name (`if_seq_no`, `if_primary_term`). https://opensearch.org/docs/latest/api-reference/document-apis/index-document/ */
export interface Revision {
  readonly seqNo: number;
  readonly primaryTerm: number;
  /** How often the document was written since it was made (since the start, for one that is older). */
  readonly version: number;
}

interface FieldMapping {
  readonly type: string;
  readonly analyzer?: string;
  readonly index?: boolean;
}

export interface IndexDefinition {
  readonly settings?: { readonly index?: object; readonly analysis?: AnalysisSettings };
  readonly mappings?: {
    readonly dynamic?: boolean | string;
    readonly properties?: Readonly<Record<string, FieldMapping>>;
  };
}

/** One index: its documents, and an inverted index for each text field. */
export class SearchIndex {
  private readonly fields = new Map<string, { readonly field: TextField; readonly analyze: Analyzer }>();
  private readonly types = new Map<string, string>();
  private readonly revisions = new Map<string, Revision>();
  private nextSeqNo = 0;

  private constructor(
    readonly name: string,
    public definition: IndexDefinition,
    private readonly documents: Collection<Source>,
    private readonly primaryTerm: number,
  ) {
    const analysis = this.analysis;
    for (const [name, mapping] of Object.entries(definition.mappings?.properties ?? {})) {
      this.types.set(name, mapping.type);
      if (mapping.type === 'text') this.addField(name, analyzer(mapping.analyzer ?? 'standard', analysis));
    }
    for (const [id, source] of documents) {
      this.revise(id);
      this.indexDocument(id, source);
    }
  }

  /** `primaryTerm` is another at each start, since sequence numbers are counted anew. */
  static async open(
    name: string,
    definition: IndexDefinition,
    documents: Collection<Source>,
    primaryTerm: number,
  ): Promise<SearchIndex> {
    const settings =
      definition.settings?.analysis ??
      (definition.settings?.index as { analysis?: AnalysisSettings } | undefined)?.analysis ??
      {};
    const analyzers = Object.values(definition.mappings?.properties ?? {}).map(
      (mapping) => mapping.analyzer ?? 'standard',
    );
    if (analyzers.some((wanted) => isJapanese(wanted, settings))) await loadJapanese();
    return new SearchIndex(name, definition, documents, primaryTerm);
  }

  get analysis(): AnalysisSettings {
    return (
      this.definition.settings?.analysis ??
      (this.definition.settings?.index as { analysis?: AnalysisSettings } | undefined)?.analysis ??
      {}
    );
  }

  get size(): number {
    return this.documents.size;
  }

  get(id: string): Source | undefined {
    return this.documents.get(id);
  }

  revision(id: string): Revision | undefined {
    return this.revisions.get(id);
  }

  ids(): IterableIterator<string> {
    return this.documents.keys();
  }

  /** Answers whether the document is new. Throws SearchError where the mapping is strict and a field unknown. */
  put(id: string, source: Source): boolean {
    this.checkFields(source);
    const created = !this.documents.has(id);
    this.documents.set(id, source);
    this.revise(id);
    this.indexDocument(id, source);
    return created;
  }

  /** Answers the revision that the deletion is, or undefined when there is no such document. */
  delete(id: string): Revision | undefined {
    if (!this.documents.delete(id)) return undefined;
    for (const { field } of this.fields.values()) field.remove(id);
    const revision = this.revise(id);
    this.revisions.delete(id);
    return revision;
  }

  /** Adds fields to the mapping, for the documents that are there as well. A field keeps its type for ever. */
  async addMappings(properties: Readonly<Record<string, FieldMapping>>): Promise<void> {
    const known = this.definition.mappings?.properties ?? {};
    for (const [name, { type }] of Object.entries(properties)) {
      const before = known[name]?.type;
      if (before === undefined || before === type) continue;
      const reason = `mapper [${name}] cannot be changed from type [${before}] to [${type}]`;
      throw new SearchError(400, 'illegal_argument_exception', reason);
    }
    const added = Object.entries(properties).filter(([name]) => !Object.hasOwn(known, name));
    for (const [name, { type, analyzer: wanted = 'standard' }] of added) {
      this.types.set(name, type);
      if (type !== 'text') continue;
      if (isJapanese(wanted, this.analysis)) await loadJapanese();
      this.addField(name, analyzer(wanted, this.analysis));
    }
    const { mappings } = this.definition;
    this.definition = {
      ...this.definition,
      mappings: { ...mappings, properties: { ...known, ...Object.fromEntries(added) } },
    };
    for (const [id, source] of this.documents) this.indexDocument(id, source);
  }

  clear(): void {
    for (const id of [...this.documents.keys()]) this.delete(id);
  }

  textField(name: string): { readonly field: TextField; readonly analyze: Analyzer } | undefined {
    return this.fields.get(name);
  }

  typeOf(field: string): string {
    return this.types.get(field) ?? (field.endsWith('.keyword') ? 'keyword' : 'text');
  }

  /** Values of a field in a document, `name.keyword` standing for the text itself. */
  values(id: string, field: string): unknown[] {
    const path = field.endsWith('.keyword') && !this.types.has(field) ? field.slice(0, -8) : field;
    const value = path
      .split('.')
      .reduce<unknown>(
        (at, key) => (typeof at === 'object' && at !== null ? (at as Source)[key] : undefined),
        this.get(id),
      );
    return value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
  }

  private revise(id: string): Revision {
    const version = (this.revisions.get(id)?.version ?? 0) + 1;
    const revision = { seqNo: this.nextSeqNo++, primaryTerm: this.primaryTerm, version };
    this.revisions.set(id, revision);
    return revision;
  }

  private checkFields(source: Source): void {
    const properties = this.definition.mappings?.properties;
    if (this.definition.mappings?.dynamic !== 'strict' || !properties) {
      for (const [name, value] of Object.entries(source)) this.addDynamic(name, value);
      return;
    }
    const unknown = Object.keys(source).find((name) => !Object.hasOwn(properties, name));
    if (unknown === undefined) return;
    const reason = `mapping set to strict, dynamic introduction of [${unknown}] within [_doc] is not allowed`;
    throw new SearchError(400, 'strict_dynamic_mapping_exception', reason);
  }

  private addDynamic(name: string, value: unknown): void {
    if (this.types.has(name)) return;
    const sample: unknown = Array.isArray(value) ? value[0] : value;
    const type = typeof sample === 'string' ? 'text' : typeof sample === 'boolean' ? 'boolean' : 'float';
    this.types.set(name, type);
    if (type === 'text') this.addField(name, analyzer('standard', this.analysis));
  }

  private addField(name: string, analyze: Analyzer): void {
    this.fields.set(name, { field: new TextField(), analyze });
  }

  private indexDocument(id: string, source: Source): void {
    for (const [name, value] of Object.entries(source))
      if (this.definition.mappings?.dynamic !== 'strict') this.addDynamic(name, value);
    for (const [name, { field, analyze }] of this.fields) {
      field.add(id, this.valuesOf(source[name]).flatMap(analyze));
    }
  }

  private valuesOf(value: unknown): string[] {
    return (Array.isArray(value) ? (value as unknown[]) : [value]).filter(
      (item): item is string => typeof item === 'string',
    );
  }
}
