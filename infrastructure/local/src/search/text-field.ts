import type { Scores } from './query/scores';
import type { Token } from './analysis/token';

/** BM25, with Lucene's constants. */
const k1 = 1.2;
const b = 0.75;

interface Entry {
  /** The values it was made of, to know whether they changed. */
  readonly of: string;
  /** Positions without the compounds that stand beside their parts. */
  readonly length: number;
  readonly positions: ReadonlyMap<string, readonly number[]>;
}

/** Terms that may stand at one place of a phrase, `offset` positions after its beginning. */
export interface PhrasePlace {
  readonly offset: number;
  readonly terms: readonly string[];
}

/** Positions between two values of a field, so that no phrase reaches from one into the other. */
const valueGap = 100;

/** The inverted index of one text field. */
export class TextField {
  private readonly postings = new Map<string, Map<string, readonly number[]>>();
  private readonly entries = new Map<string, Entry>();
  private totalLength = 0;

  /** Analyzes only what changed: the stock of a product moves far more often than its words. */
  set(id: string, values: readonly string[], analyze: (text: string) => readonly Token[]): void {
    const of = values.join('\u0000');
    if (this.entries.get(id)?.of === of && values.length > 0) return;
    this.remove(id);
    if (values.length === 0) return;
    const positions = new Map<string, number[]>();
    let [base, length] = [0, 0];
    for (const value of values) {
      const tokens = analyze(value);
      for (const { term, position } of tokens) {
        const at = positions.get(term);
        if (at) at.push(base + position);
        else positions.set(term, [base + position]);
      }
      length += new Set(tokens.map(({ position }) => position)).size;
      base += (tokens.at(-1)?.position ?? 0) + valueGap;
    }
    this.entries.set(id, { of, length, positions });
    this.totalLength += length;
    for (const [term, at] of positions) {
      let documents = this.postings.get(term);
      if (!documents) this.postings.set(term, (documents = new Map<string, readonly number[]>()));
      documents.set(id, at);
    }
  }

  remove(id: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    this.totalLength -= entry.length;
    for (const term of entry.positions.keys()) {
      const documents = this.postings.get(term);
      documents?.delete(id);
      if (documents?.size === 0) this.postings.delete(term);
    }
  }

  /** Scores of the documents that have a term. */
  score(term: string): Scores {
    const documents = this.postings.get(term);
    const scores: Scores = new Map();
    if (!documents) return scores;
    const idf = this.idf(documents.size);
    for (const [id, positions] of documents) scores.set(id, idf * this.frequency(id, positions.length));
    return scores;
  }

  /** Scores of the documents where the places follow one another, moved by at most `slop` positions. */
  scorePhrase(places: readonly PhrasePlace[], slop: number): Scores {
    const scores: Scores = new Map();
    const sizes = places.map(({ terms }) =>
      terms.reduce((sum, term) => sum + (this.postings.get(term)?.size ?? 0), 0),
    );
    const rarest = places[sizes.indexOf(Math.min(...sizes))];
    if (!rarest) return scores;
    const idf = sizes.reduce((sum, size) => sum + this.idf(Math.min(size, this.entries.size)), 0);
    for (const id of new Set(rarest.terms.flatMap((term) => [...(this.postings.get(term)?.keys() ?? [])]))) {
      const starts = places.map(({ offset, terms }) =>
        terms.flatMap((term) => this.postings.get(term)?.get(id) ?? []).map((position) => position - offset),
      );
      const count = occurrences(starts, slop);
      if (count > 0) scores.set(id, idf * this.frequency(id, count));
    }
    return scores;
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  matching(test: (term: string) => boolean, limit = Infinity): string[] {
    const found: string[] = [];
    for (const term of this.postings.keys()) {
      if (found.length >= limit) break;
      if (test(term)) found.push(term);
    }
    return found;
  }

  /** Lucene's idf: how much a term says that stands in `count` documents. */
  private idf(count: number): number {
    return Math.log(1 + (this.entries.size - count + 0.5) / (count + 0.5));
  }

  private frequency(id: string, count: number): number {
    const average = this.totalLength / this.entries.size;
    const length = this.entries.get(id)?.length ?? average;
    return count / (count + k1 * (1 - b + (b * length) / average));
  }
}

/** How many first places have all others within `slop`. Each list holds where the phrase would begin. */
function occurrences(starts: readonly (readonly number[])[], slop: number): number {
  const [first = [], ...others] = starts;
  return first.filter((start) =>
    others.every((list) => list.some((other) => Math.abs(other - start) <= slop)),
  ).length;
}
