declare module 'kuromoji' {
  /** A word that may stand at a place of the sentence. `start_pos` counts from 1. */
  export interface LatticeNode {
    readonly name: number;
    readonly type: 'KNOWN' | 'UNKNOWN' | 'BOS' | 'EOS';
    readonly start_pos: number;
    readonly length: number;
    readonly surface_form: string;
    cost: number;
  }
  export interface Lattice {
    readonly nodes_end_at: readonly (readonly LatticeNode[] | undefined)[];
  }
  interface Dictionary {
    /** Comma-separated: surface, part of speech (4), conjugation (2), base form, reading, pronunciation. */
    getFeatures(name: number): string | undefined;
  }
  export interface Tokenizer {
    getLattice(sentence: string): Lattice;
    readonly viterbi_searcher: { search(lattice: Lattice): LatticeNode[] };
    readonly token_info_dictionary: Dictionary;
    readonly unknown_dictionary: Dictionary;
  }
  const kuromoji: {
    builder(options: { dicPath: string }): {
      build(callback: (error: unknown, tokenizer: Tokenizer) => void): void;
    };
  };
  export default kuromoji;
}
