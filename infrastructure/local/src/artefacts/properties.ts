import { ArtefactError } from './errors';
import { evaluate, type Scope } from './intrinsics';
import { isObject, type Json, type JsonObject } from './yaml';

/** Typed access to a mapping in a template; values are evaluated when they are read, errors name their place. */
export class Properties {
  constructor(
    private readonly values: JsonObject,
    private readonly scope: Scope,
    readonly place: string,
  ) {}

  keys(): string[] {
    return Object.keys(this.values);
  }

  value(name: string): Json | undefined {
    const raw = this.values[name];
    return raw === undefined ? undefined : (evaluate(raw, this.scope, this.at(name)) ?? undefined);
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.fail(name, 'is missing');
  }

  optionalText(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : this.fail(name, 'must be text');
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number)
      ? number
      : this.fail(name, 'must be a number');
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    return this.fail(name, 'must be true or false');
  }

  /** A list of texts; a single text counts as a list of one. Empty where missing. */
  texts(name: string): string[] {
    const value = this.value(name);
    if (value === undefined) return [];
    const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
    return list.map((item) =>
      typeof item === 'object' ? this.fail(name, 'must be a list of texts') : String(item),
    );
  }

  list(name: string): readonly Json[] {
    const value = this.value(name);
    if (value === undefined) return [];
    return Array.isArray(value) ? (value as readonly Json[]) : this.fail(name, 'must be a list');
  }

  /** A mapping of texts (environment variables, substitutions). Numbers and booleans are written out. */
  textMap(name: string): Record<string, string> {
    const child = this.child(name);
    if (!child) return {};
    const map: Record<string, string> = {};
    for (const key of child.keys()) {
      const text = child.optionalText(key);
      if (text !== undefined) map[key] = text;
    }
    return map;
  }

  /** A nested mapping; its own members are evaluated when they are read. */
  child(name: string): Properties | undefined {
    const raw = this.values[name];
    if (raw === undefined || raw === null) return undefined;
    if (isObject(raw) && !Object.keys(raw).some((key) => key === 'Ref' || key.startsWith('Fn::'))) {
      return new Properties(raw, this.scope, this.at(name));
    }
    const value = this.value(name);
    if (value === undefined) return undefined;
    return isObject(value)
      ? new Properties(value, this.scope, this.at(name))
      : this.fail(name, 'must be a mapping');
  }

  children(name: string): [string, Properties][] {
    const child = this.child(name);
    if (!child) return [];
    return child.keys().flatMap((key) => {
      const properties = child.child(key);
      return properties ? [[key, properties] as [string, Properties]] : [];
    });
  }

  fail(name: string, reason: string): never {
    throw new ArtefactError(this.scope.file, this.at(name), reason);
  }

  private at(name: string): string {
    return `${this.place}.${name}`;
  }
}
