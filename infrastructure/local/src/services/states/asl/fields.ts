import { SyntaxProblem } from './errors';
import { type Json, type JsonObject, isArray, isObject } from './json';
import { compileJsonata, isExpression } from './jsonata';
import type { Problem } from './model';
import { type Path, type ReferencePath, compilePath, compileReferencePath, findRequired } from './path';
import type { Evaluate, QueryLanguage } from './scope';
import { compileTemplate } from './template';

/**
 * Typed access to the fields of one object of a definition. What is wrong is noted, not thrown, so that all
 * problems are found at once; fields that nobody asked for are problems too ({@link Fields.rest}).
 */
export class Fields {
  private readonly seen = new Set<string>();

  constructor(
    private readonly raw: JsonObject,
    readonly location: string,
    private readonly problems: Problem[],
    readonly language: QueryLanguage,
  ) {}

  problem(message: string, field?: string, code = 'SCHEMA_VALIDATION_FAILED'): void {
    this.problems.push({
      code,
      message,
      location: field === undefined ? this.location || '/' : `${this.location}/${field}`,
    });
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined;
  }

  value(name: string): Json | undefined {
    this.seen.add(name);
    return this.raw[name];
  }

  string(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    this.problem('Expected value of type String', name);
    return undefined;
  }

  required(name: string): string {
    const value = this.string(name);
    if (value === undefined && !this.has(name))
      this.problem(`The field '${name}' is required but was missing`);
    return value ?? '';
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    this.problem('Expected value of type Boolean', name);
    return undefined;
  }

  number(
    name: string,
    least: number,
    options: { most?: number; fraction?: boolean } = {},
  ): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const most = options.most ?? 99_999_999;
    if (
      typeof value === 'number' &&
      value >= least &&
      value <= most &&
      (options.fraction || Number.isInteger(value))
    )
      return value;
    this.problem(
      `Expected ${options.fraction ? 'a number' : 'an integer'} between ${least} and ${most}`,
      name,
    );
    return undefined;
  }

  strings(name: string): readonly string[] {
    const value = this.value(name);
    if (isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) return value;
    this.problem('Expected a list of Strings', name);
    return [];
  }

  /** The members of a list of objects, each with its own location. */
  objects(name: string): Fields[] {
    const value = this.value(name);
    if (value === undefined) return [];
    if (!isArray(value)) {
      this.problem('Expected value of type Array', name);
      return [];
    }
    return value.flatMap((item, index) => this.child(item, `${name}[${index}]`) ?? []);
  }

  object(name: string): Fields | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : this.child(value, name);
  }

  entries(): [string, Fields | undefined][] {
    return Object.entries(this.raw).map(([name, value]) => [name, this.child(value, name)]);
  }

  /** The same fields read in another query language. */
  in(language: QueryLanguage): Fields {
    return language === this.language ? this : new Fields(this.raw, this.location, this.problems, language);
  }

  private child(value: Json, name: string): Fields | undefined {
    if (isObject(value)) return new Fields(value, `${this.location}/${name}`, this.problems, this.language);
    this.problem('Expected value of type Object', name);
    return undefined;
  }

  /** `null` is a path of its own (InputPath, OutputPath and ResultPath may be null). */
  path(name: string): Path | null | undefined {
    const value = this.value(name);
    if (value === null || value === undefined) return value;
    return this.attempt(name, () => {
      if (typeof value !== 'string') throw new SyntaxProblem('Value is not a valid JSONPath');
      return compilePath(value);
    });
  }

  referencePath(name: string): ReferencePath | null | undefined {
    const value = this.value(name);
    if (value === null || value === undefined) return value;
    return this.attempt(name, () => {
      const path = typeof value === 'string' ? compileReferencePath(value) : undefined;
      if (!path) throw new SyntaxProblem('Value is not a Reference Path');
      return path;
    });
  }

  template(name: string, options: { object?: boolean } = {}): Evaluate | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (options.object && !isObject(value)) {
      this.problem('Expected value of type Object', name);
      return undefined;
    }
    return this.attempt(name, () => compileTemplate(value, this.language, name));
  }

  /**
   * A field that is a constant, or in JSONPath `<name>Path`, or in JSONata an expression: timeouts, limits.
   * `accepts` guards the constant.
   */
  dynamic(
    name: string,
    accepts: (value: Json) => boolean,
    compilePathOf = this.pathOf.bind(this),
  ): Evaluate | undefined {
    const pathName = `${name}Path`;
    if (this.language === 'JSONPath' && this.has(pathName)) {
      if (this.has(name)) this.problem(`Only one of '${name}' and '${pathName}' may be given`);
      return compilePathOf(pathName);
    }
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (this.language === 'JSONata' && isExpression(value))
      return this.attempt(name, () => compileJsonata(value, name));
    if (!accepts(value)) this.problem('The value has the wrong type or is out of range', name);
    return () => value;
  }

  private pathOf(name: string): Evaluate | undefined {
    const path = this.path(name);
    return path ? (data, scope) => findRequired(path, data, scope, name) : undefined;
  }

  attempt<T>(name: string | undefined, compile: () => T): T | undefined {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.problem(error.message, name);
      return undefined;
    }
  }

  /** Reports what was not asked for. */
  rest(): void {
    for (const name of Object.keys(this.raw)) {
      if (!this.seen.has(name) && name !== 'Comment') this.problem(`Field '${name}' is not supported`);
    }
  }
}
