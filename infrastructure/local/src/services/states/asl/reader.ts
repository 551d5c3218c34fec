import { SyntaxProblem } from './errors';
import type { Json } from './json';

/** Characters of a path, read from the left. */
export class Reader {
  position = 0;
  constructor(readonly text: string) {}

  get ended(): boolean {
    return this.position >= this.text.length;
  }
  skipSpace(): void {
    this.take(/\s*/y);
  }
  /** Consumes `literal` if it stands here. */
  accept(literal: string): boolean {
    if (!this.text.startsWith(literal, this.position)) return false;
    this.position += literal.length;
    return true;
  }
  expect(literal: string): void {
    if (!this.accept(literal)) throw this.problem(`expected '${literal}'`);
  }
  /** Consumes what the sticky pattern matches here. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }
  problem(what: string): SyntaxProblem {
    return new SyntaxProblem(`Invalid path '${this.text}': ${what} at character ${this.position + 1}`);
  }
  /** A quoted string, backslash escapes resolved. */
  quoted(): string | undefined {
    const raw = this.take(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y);
    return raw?.slice(1, -1).replace(/\\(.)/g, '$1');
  }
}

/** The value of a literal in a filter, or undefined where none stands here. */
export function parseLiteral(reader: Reader): Json | undefined {
  const text = reader.quoted();
  if (text !== undefined) return text;
  const word = reader.take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y);
  return word === undefined ? undefined : (JSON.parse(word) as Json);
}
