declare module 'kuromoji' {
  export interface IpadicFeatures {
    readonly surface_form: string;
    readonly pos: string;
    readonly basic_form: string;
  }
  export interface Tokenizer<T> {
    tokenize(text: string): T[];
  }
  const kuromoji: {
    builder(options: { dicPath: string }): {
      build(callback: (error: unknown, tokenizer: Tokenizer<IpadicFeatures>) => void): void;
    };
  };
  export default kuromoji;
}
