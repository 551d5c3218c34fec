import type { Collection } from '../store/store';
import { Analyzers, type AnalysisSettings } from './analysis/analyzers';
import type { Analyzer } from './analysis/token';
import { Mapping, type FieldValues, type Mappings, type Source, type Value } from './mapping';
import { TextField } from './text-field';

export interface IndexDefinition {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly mappings?: Mappings;
}

interface IndexedText {
  readonly field: TextField;
  readonly analyzer: Analyzer;
  readonly searchAnalyzer: Analyzer;
}

interface Indexed {
  readonly values: FieldValues;
  /** Counts from 1 again after a restart. */
  readonly version: number;
  readonly seqNo: number;
}

/** What came of a write. */
export interface Written {
  readonly result: 'created' | 'updated' | 'deleted' | 'not_found' | 'noop';
  readonly version: number;
  readonly seqNo: number;
}

/** `settings.analysis`, also where it stands below `index`. */
export function analysisOf({ settings }: IndexDefinition): AnalysisSettings {
  const index = settings?.index as { analysis?: AnalysisSettings } | undefined;
  return (settings?.analysis as AnalysisSettings | undefined) ?? index?.analysis ?? {};
}

/** Whether the index needs the Japanese dictionary before anything is read or written. */
export function needsJapanese(definition: IndexDefinition): boolean {
  const fields = new Mapping(definition.mappings ?? {}).fields.values();
  const names = [...fields].flatMap(({ analyzer, search_analyzer: search }) => [
    analyzer ?? '',
    search ?? '',
  ]);
  return Analyzers.needJapanese(analysisOf(definition), names);
}

/** One index: its documents, and an inverted index for each text field. */
export class SearchIndex {
  readonly mapping: Mapping;
  readonly analyzers: Analyzers;
  private readonly texts = new Map<string, IndexedText>();
  private readonly normalizers = new Map<string, (value: string) => string>();
  private readonly indexed = new Map<string, Indexed>();
  private readonly counts = new Map<string, number>();
  private lastSeqNo = -1;

  /** Throws SearchError where the definition is invalid. */
  constructor(
    readonly name: string,
    readonly definition: IndexDefinition,
    private readonly documents: Collection<Source>,
  ) {
    this.analyzers = new Analyzers(analysisOf(definition));
    this.mapping = new Mapping(definition.mappings ?? {});
    this.openFields();
  }

  /** Indexes what the store kept, a few documents at a time, so that the process goes on serving. */
  async load(): Promise<void> {
    let count = 0;
    for (const [id, source] of this.documents) {
      this.write(id, this.read(id, source));
      if ((count += 1) % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get size(): number {
    return this.documents.size;
  }

  get(id: string): Source | undefined {
    return this.documents.get(id);
  }

  /** Version and sequence number of a document that exists. */
  stateOf(id: string): { readonly version: number; readonly seqNo: number } {
    return this.indexed.get(id) ?? { version: 1, seqNo: 0 };
  }

  ids(): IterableIterator<string> {
    return this.documents.keys();
  }

  /** Throws SearchError where the mapping does not allow the document. */
  put(id: string, source: Source): Written {
    const values = this.read(id, source);
    const created = !this.documents.has(id);
    this.documents.set(id, source);
    return { result: created ? 'created' : 'updated', ...this.write(id, values) };
  }

  delete(id: string): Written {
    const before = this.indexed.get(id);
    if (!before) return { result: 'not_found', version: 1, seqNo: (this.lastSeqNo += 1) };
    for (const { field } of this.texts.values()) field.remove(id);
    this.count(before.values, -1);
    this.indexed.delete(id);
    this.documents.delete(id);
    return { result: 'deleted', version: before.version + 1, seqNo: (this.lastSeqNo += 1) };
  }

  clear(): void {
    for (const id of [...this.documents.keys()]) this.delete(id);
  }

  /** Adds fields to the mapping; what is indexed already stays as it is. */
  extend(mappings: Mappings): void {
    this.mapping.extend(mappings);
    this.openFields();
  }

  textField(name: string): IndexedText | undefined {
    return this.texts.get(name);
  }

  typeOf(field: string): string | undefined {
    return this.mapping.fields.get(field)?.type;
  }

  values(id: string, field: string): readonly Value[] {
    return this.indexed.get(id)?.values.get(field) ?? [];
  }

  /** Documents that have the field. */
  countOf(field: string): number {
    return this.counts.get(field) ?? 0;
  }

  normalized(field: string, value: string): string {
    return this.normalizers.get(field)?.(value) ?? value;
  }

  /** Fields by pattern (`name*`): text and keyword fields, or all. */
  searchableFields(pattern: string, all = false): string[] {
    const expression = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
    return [...this.mapping.fields]
      .filter(
        ([name, { type, index }]) =>
          expression.test(name) && index !== false && (all || type === 'text' || type === 'keyword'),
      )
      .map(([name]) => name);
  }

  private read(id: string, source: Source): FieldValues {
    const before = this.mapping.fields.size;
    const values = this.mapping.read(source, id);
    if (this.mapping.fields.size !== before) this.openFields();
    for (const [field, normalize] of this.normalizers) {
      const own = values.get(field);
      if (own)
        values.set(
          field,
          own.map((value) => normalize(String(value))),
        );
    }
    return values;
  }

  private write(id: string, values: FieldValues): { version: number; seqNo: number } {
    const before = this.indexed.get(id);
    if (before) this.count(before.values, -1);
    this.count(values, 1);
    for (const [name, { field, analyzer }] of this.texts)
      field.set(id, (values.get(name) ?? []).map(String), analyzer);
    const state = { version: (before?.version ?? 0) + 1, seqNo: (this.lastSeqNo += 1) };
    this.indexed.set(id, { values, ...state });
    return state;
  }

  private count(values: FieldValues, by: number): void {
    for (const field of values.keys()) this.counts.set(field, (this.counts.get(field) ?? 0) + by);
  }

  private openFields(): void {
    for (const [name, { type, analyzer = 'standard', search_analyzer: search, normalizer, index }] of this
      .mapping.fields) {
      if (normalizer !== undefined) this.normalizers.set(name, this.analyzers.normalizer(normalizer));
      if (type !== 'text' || index === false || this.texts.has(name)) continue;
      this.texts.set(name, {
        field: new TextField(),
        analyzer: this.analyzers.get(analyzer),
        searchAnalyzer: this.analyzers.get(search ?? analyzer),
      });
    }
  }
}
