/** A term of a text. Offsets are UTF-16 units of the text that was analyzed. */
export interface Token {
  readonly term: string;
  readonly position: number;
  readonly start: number;
  readonly end: number;
  /** Positions it covers: more than 1 for a compound that stands beside its parts. */
  readonly span: number;
  /** What the dictionary says, for Japanese. */
  readonly word?: { readonly partOfSpeech: string; readonly base: string; readonly reading: string };
}

export type Analyzer = (text: string) => Token[];
export type Tokenizer = (text: string) => Token[];
export type TokenFilter = (tokens: readonly Token[]) => Token[];

/** Another term in the same place. */
export function eachTerm(change: (term: string, token: Token) => string): TokenFilter {
  return (tokens) => tokens.map((token) => ({ ...token, term: change(token.term, token) }));
}

/** Drops tokens; the others keep their positions, so that phrases keep their gaps. */
export function without(drop: (token: Token) => boolean): TokenFilter {
  return (tokens) => tokens.filter((token) => !drop(token));
}
