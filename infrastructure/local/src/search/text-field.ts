/** BM25, with Lucene's constants. */
const k1 = 1.2;
const b = 0.75;

/** The inverted index of one text field. */
export class TextField {
  private readonly postings = new Map<string, Map<string, number>>();
  private readonly terms = new Map<string, readonly string[]>();
  private totalLength = 0;

  add(id: string, terms: readonly string[]): void {
    this.remove(id);
    if (terms.length === 0) return;
    this.terms.set(id, terms);
    this.totalLength += terms.length;
    for (const term of terms) {
      let documents = this.postings.get(term);
      if (!documents) this.postings.set(term, (documents = new Map<string, number>()));
      documents.set(id, (documents.get(id) ?? 0) + 1);
    }
  }

  remove(id: string): void {
    const terms = this.terms.get(id);
    if (!terms) return;
    this.terms.delete(id);
    this.totalLength -= terms.length;
    for (const term of new Set(terms)) {
      const documents = this.postings.get(term);
      documents?.delete(id);
      if (documents?.size === 0) this.postings.delete(term);
    }
  }

  termsOf(id: string): readonly string[] {
    return this.terms.get(id) ?? [];
  }

  /** Scores of the documents that have a term. */
  score(term: string): Map<string, number> {
    const documents = this.postings.get(term);
    const scores = new Map<string, number>();
    if (!documents) return scores;
    const count = this.terms.size;
    const idf = Math.log(1 + (count - documents.size + 0.5) / (documents.size + 0.5));
    const average = this.totalLength / count;
    for (const [id, frequency] of documents) {
      const length = this.terms.get(id)?.length ?? average;
      scores.set(id, (idf * frequency) / (frequency + k1 * (1 - b + (b * length) / average)));
    }
    return scores;
  }

  withPrefix(prefix: string): string[] {
    return [...this.postings.keys()].filter((term) => term.startsWith(prefix));
  }

  /** Terms within an edit distance, as `fuzziness` asks. */
  similar(term: string, distance: number): string[] {
    return [...this.postings.keys()].filter(
      (other) => Math.abs(other.length - term.length) <= distance && editDistance(term, other) <= distance,
    );
  }
}

/** `AUTO`: nothing for 1-2 letters, one edit for 3-5, two beyond. */
export function autoFuzziness(term: string): number {
  return term.length < 3 ? 0 : term.length < 6 ? 1 : 2;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
