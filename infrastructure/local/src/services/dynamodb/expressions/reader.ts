import { isReserved } from './reserved';
import { ExpressionError, type OperandCheck, type Parsed, type Path, type ValueReference } from './syntax';

type Kind = 'name' | 'alias' | 'value' | 'integer' | 'symbol' | 'end';

interface Token {
  readonly kind: Kind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const pattern =
  /\s+|([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_.-]*[A-Za-z0-9_-])|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>()[\],.+-])|(.)/gsu;
const maximumLength = 4096;

/** Reads the tokens of one expression and notes the names and values it refers to. */
export class Reader {
  readonly aliases = new Set<string>();
  readonly values = new Set<string>();
  readonly checks: OperandCheck[] = [];
  private readonly tokens: Token[] = [];
  private at = 0;

  constructor(private readonly source: string) {
    const length = Buffer.byteLength(source);
    if (length > maximumLength) {
      throw new ExpressionError(
        `Expression size has exceeded the maximum allowed size; expression size: ${length}`,
      );
    }
    if (source.trim() === '') throw new ExpressionError('The expression can not be empty;');
    for (const match of source.matchAll(pattern)) this.add(match);
    this.tokens.push({ kind: 'end', text: '<EOF>', start: source.length, end: source.length });
  }

  private add(match: RegExpMatchArray): void {
    const start = match.index ?? 0;
    const text = match[0];
    const token = (kind: Kind): Token => ({ kind, text, start, end: start + text.length });
    if (match[1] !== undefined) this.tokens.push(token('name'));
    else if (match[2] !== undefined) this.tokens.push(token('alias'));
    else if (match[3] !== undefined) this.tokens.push(token('value'));
    else if (match[4] !== undefined) this.tokens.push(token('integer'));
    else if (match[5] !== undefined) this.tokens.push(token('symbol'));
    else if (match[6] !== undefined) {
      this.tokens.push(token('symbol'));
      this.at = this.tokens.length - 1;
      this.fail();
    }
  }

  finish<T>(root: T): Parsed<T> {
    if (this.peek().kind !== 'end') this.fail();
    return { root, aliases: this.aliases, values: this.values, checks: this.checks };
  }

  /** Position, to try one reading and come back. */
  mark(): number {
    return this.at;
  }

  reset(mark: number): void {
    this.at = mark;
  }

  private peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)];
    if (!token) throw new ExpressionError('The expression can not be empty;');
    return token;
  }

  fail(): never {
    const token = this.peek();
    const before = this.tokens[this.at - 1] ?? token;
    const after = this.tokens[this.at + 1] ?? token;
    const near = this.source.slice(before.start, after.end);
    throw new ExpressionError(`Syntax error; token: "${token.text}", near: "${near}"`);
  }

  isSymbol(text: string): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && token.text === text;
  }

  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.at++;
    return true;
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.fail();
  }

  /** Takes one of the symbols, if one is next. */
  takeAny<T extends string>(symbols: readonly T[]): T | undefined {
    return symbols.find((symbol) => this.takeSymbol(symbol));
  }

  isKeyword(keyword: string): boolean {
    const token = this.peek();
    return token.kind === 'name' && token.text.toUpperCase() === keyword;
  }

  takeKeyword(keyword: string): boolean {
    if (!this.isKeyword(keyword)) return false;
    this.at++;
    return true;
  }

  expectKeyword(keyword: string): void {
    if (!this.takeKeyword(keyword)) this.fail();
  }

  /** The name of a function call, taken together with its opening parenthesis. */
  takeFunction(): string | undefined {
    const [token, next] = [this.peek(), this.peek(1)];
    if (token.kind !== 'name' || next.text !== '(' || isOperatorWord(token.text)) return undefined;
    this.at += 2;
    return token.text;
  }

  takeValue(): ValueReference | undefined {
    const token = this.peek();
    if (token.kind !== 'value') return undefined;
    this.at++;
    this.values.add(token.text);
    return { type: 'value', name: token.text };
  }

  path(): Path {
    const steps: (string | number)[] = [this.pathName()];
    for (;;) {
      if (this.takeSymbol('.')) steps.push(this.pathName());
      else if (this.takeSymbol('[')) {
        const token = this.peek();
        if (token.kind !== 'integer') this.fail();
        this.at++;
        steps.push(Number(token.text));
        this.expectSymbol(']');
      } else return { type: 'path', steps };
    }
  }

  private pathName(): string {
    const token = this.peek();
    if (token.kind === 'alias') {
      this.aliases.add(token.text);
    } else if (token.kind !== 'name' || token.text.startsWith('_')) {
      this.fail();
    } else if (isReserved(token.text)) {
      throw new ExpressionError(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
    }
    this.at++;
    return token.text;
  }
}

function isOperatorWord(text: string): boolean {
  return ['AND', 'OR', 'NOT', 'IN', 'BETWEEN'].includes(text.toUpperCase());
}

export function wrongArity(name: string, count: number): ExpressionError {
  return new ExpressionError(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
  );
}
