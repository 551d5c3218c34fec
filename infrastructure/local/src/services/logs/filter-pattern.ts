import { AwsError } from '../../endpoint/aws';

export type LogFilter = (message: string) => boolean;

function invalid(reason: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: ${reason}`);
}

/**
 * Filter patterns: terms (all must occur), `"quoted terms"`, `?optional` ones (one of them must occur), `-excluded`
 * ones, `%regular expressions%`, and JSON patterns in braces. Throws AwsError `InvalidParameterException`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilterPattern(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return compileJsonPattern(text);
  return compileTerms(text);
}

function compileTerms(text: string): LogFilter {
  const required: LogFilter[] = [];
  const optional: LogFilter[] = [];
  for (const [, sign, quoted, expression, word] of text.matchAll(
    /([?-]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)+)%|(\S+))/g,
  )) {
    const contains =
      expression === undefined
        ? containing(quoted?.replace(/\\(.)/g, '$1') ?? word ?? '')
        : matching(expression);
    if (sign === '?') optional.push(contains);
    else required.push(sign === '-' ? (message) => !contains(message) : contains);
  }
  return (message) =>
    required.every((matches) => matches(message)) &&
    (optional.length === 0 || optional.some((matches) => matches(message)));
}

function containing(term: string): LogFilter {
  return (message) => message.includes(term);
}

function matching(expression: string): LogFilter {
  try {
    const compiled = new RegExp(expression);
    return (message) => compiled.test(message);
  } catch {
    throw invalid(`%${expression}% is not a regular expression`);
  }
}

type Condition = (document: unknown) => boolean;

function compileJsonPattern(text: string): LogFilter {
  const parser = new JsonPatternParser(text);
  const condition = parser.parse();
  return (message) => {
    const start = message.indexOf('{');
    if (start < 0) return false;
    try {
      return condition(JSON.parse(message.slice(start)));
    } catch {
      return false;
    }
  };
}

const token =
  /\s*(\{|\}|\(|\)|&&|\|\||!=|>=|<=|=|>|<|"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)+%|\$(?:\.[\w@-]+|\[(?:\d+|\*|"[^"]*"|'[^']*')\])+|[^\s(){}=<>&|!]+)/y;

/** `{ ($.a = 1 && $.b.c != "x*") || $.d[0] IS NULL || $.e NOT EXISTS }` */
class JsonPatternParser {
  private readonly tokens: string[] = [];
  private position = 0;

  constructor(text: string) {
    token.lastIndex = 0;
    while (text.slice(token.lastIndex).trim() !== '') {
      const at = token.lastIndex;
      const match = token.exec(text);
      if (!match?.[1]) throw invalid(`not understood from '${text.slice(at)}'`);
      this.tokens.push(match[1]);
    }
  }

  parse(): Condition {
    this.expect('{');
    const condition = this.or();
    this.expect('}');
    if (this.position < this.tokens.length) throw invalid('text after the closing brace');
    return condition;
  }

  private or(): Condition {
    const parts = [this.and()];
    while (this.take('||')) parts.push(this.and());
    return (document) => parts.some((part) => part(document));
  }

  private and(): Condition {
    const parts = [this.primary()];
    while (this.take('&&')) parts.push(this.primary());
    return (document) => parts.every((part) => part(document));
  }

  private primary(): Condition {
    if (this.take('(')) {
      const inner = this.or();
      this.expect(')');
      return inner;
    }
    const selector = this.next();
    if (!selector.startsWith('$')) throw invalid(`'${selector}' is not a selector`);
    return this.comparison(selectorOf(selector));
  }

  private comparison(select: (document: unknown) => unknown[]): Condition {
    const operator = this.next().toUpperCase();
    if (operator === 'IS') {
      const expected = { TRUE: true, FALSE: false, NULL: null }[this.next().toUpperCase()];
      if (expected === undefined) throw invalid('IS is followed by TRUE, FALSE or NULL');
      return (document) => select(document).some((value) => value === expected);
    }
    if (operator === 'NOT' || operator === 'EXISTS') {
      if (operator === 'NOT' && this.next().toUpperCase() !== 'EXISTS')
        throw invalid('NOT is followed by EXISTS');
      return (document) => select(document).length > 0 === (operator === 'EXISTS');
    }
    const test = comparator(operator, this.next());
    return (document) => select(document).some(test);
  }

  private next(): string {
    const value = this.tokens[this.position++];
    if (value === undefined) throw invalid('it ends too early');
    return value;
  }

  private take(expected: string): boolean {
    if (this.tokens[this.position] !== expected) return false;
    this.position += 1;
    return true;
  }

  private expect(expected: string): void {
    if (!this.take(expected)) throw invalid(`'${expected}' is expected`);
  }
}

function selectorOf(selector: string): (document: unknown) => unknown[] {
  const steps = [...selector.matchAll(/\.([\w@-]+)|\[(\d+|\*|"[^"]*"|'[^']*')\]/g)].map(
    ([, name, index]) => name ?? index ?? '',
  );
  return (document) => {
    let values: unknown[] = [document];
    for (const step of steps) values = values.flatMap((value) => childrenOf(value, step));
    return values;
  };
}

function childrenOf(value: unknown, step: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Array.isArray(value) ? value : [];
  const key = /^["']/.test(step) ? step.slice(1, -1) : step;
  return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
}

function comparator(operator: string, operand: string): (value: unknown) => boolean {
  if (operand.startsWith('%')) {
    const matches = matching(operand.slice(1, -1));
    return negated(operator, (value) => typeof value === 'string' && matches(value));
  }
  const unquoted = operand.startsWith('"') ? operand.slice(1, -1).replace(/\\(.)/g, '$1') : operand;
  if (operator === '=' || operator === '!=') {
    const number = operand.startsWith('"') ? NaN : Number(unquoted);
    const wildcard = new RegExp(
      `^${unquoted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`,
      's',
    );
    return negated(operator, (value) =>
      typeof value === 'number' ? value === number : typeof value === 'string' && wildcard.test(value),
    );
  }
  const bound = Number(unquoted);
  const compare: Record<string, ((value: number) => boolean) | undefined> = {
    '>': (value) => value > bound,
    '<': (value) => value < bound,
    '>=': (value) => value >= bound,
    '<=': (value) => value <= bound,
  };
  const test = compare[operator];
  if (!test || Number.isNaN(bound)) throw invalid(`'${operator} ${operand}' is not a comparison`);
  return (value) => typeof value === 'number' && test(value);
}

function negated(operator: string, test: (value: unknown) => boolean): (value: unknown) => boolean {
  return operator === '!=' ? (value) => !test(value) : test;
}
