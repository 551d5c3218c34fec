import { parseDate } from './dates';
import { badRequest } from './errors';

export type Source = Readonly<Record<string, unknown>>;
/** A value as it is compared and sorted; dates are milliseconds. */
export type Value = string | number | boolean;

export interface FieldMapping {
  readonly type?: string;
  readonly analyzer?: string;
  readonly search_analyzer?: string;
  readonly normalizer?: string;
  readonly index?: boolean;
  readonly null_value?: unknown;
  readonly ignore_above?: number;
  readonly properties?: Properties;
  readonly fields?: Properties;
  readonly dynamic?: boolean | string;
}
export type Properties = Readonly<Record<string, FieldMapping>>;

export interface Mappings {
  readonly dynamic?: boolean | string;
  readonly properties?: Properties;
}

const integers: Readonly<Record<string, number>> = {
  byte: 2 ** 7,
  short: 2 ** 15,
  integer: 2 ** 31,
  long: 2 ** 63,
};
const decimals = ['half_float', 'float', 'double', 'scaled_float', 'unsigned_long'];
export const isNumeric = (type: string): boolean => type in integers || decimals.includes(type);
const leafTypes = ['text', 'keyword', 'boolean', 'date', 'ip', ...Object.keys(integers), ...decimals];

/** What a document says of each field, by path (`address.city`, `name.keyword`). */
export type FieldValues = Map<string, Value[]>;

/** The mapping of an index: which fields there are, what their values mean, and what becomes of new ones. */
export class Mapping {
  readonly fields = new Map<string, FieldMapping & { readonly type: string }>();

  constructor(public definition: Mappings) {
    this.register(definition.properties ?? {}, '');
  }

  /** Adds fields (`PUT _mapping`). Throws where a field would change its type. */
  extend(added: Mappings): void {
    const next = new Mapping(added);
    for (const [path, { type }] of next.fields) {
      const before = this.fields.get(path)?.type;
      if (before !== undefined && before !== type)
        throw badRequest(
          `mapper [${path}] cannot be changed from type [${before}] to [${type}]`,
          'illegal_argument_exception',
        );
    }
    const { properties: _, ...rest } = added;
    const properties = merged(this.definition.properties ?? {}, added.properties ?? {});
    this.definition = { ...this.definition, ...rest, properties };
    this.register(properties, '');
  }

  /** Reads a document. Throws SearchError where the mapping does not allow it; new fields are added where it does. */
  read(source: Source, id: string): FieldValues {
    const values: FieldValues = new Map();
    this.readObject(source, '', this.definition, values, id);
    return values;
  }

  private register(properties: Properties, prefix: string): void {
    for (const [name, mapping] of Object.entries(properties)) {
      const path = prefix + name;
      if (mapping.properties || mapping.type === 'object' || mapping.type === 'nested') {
        this.register(mapping.properties ?? {}, `${path}.`);
        continue;
      }
      const type = mapping.type ?? '';
      if (!leafTypes.includes(type))
        throw badRequest(
          `No handler for type [${type}] declared on field [${name}]`,
          'mapper_parsing_exception',
        );
      this.fields.set(path, { ...mapping, type });
      this.register(mapping.fields ?? {}, `${path}.`);
    }
  }

  private readObject(source: Source, prefix: string, at: Mappings, values: FieldValues, id: string): void {
    for (const [name, value] of Object.entries(source)) {
      const path = prefix + name;
      const mapping = at.properties?.[name] ?? this.introduce(path, value, at, prefix);
      if (!mapping) continue;
      if (mapping.type === undefined || mapping.type === 'object' || mapping.type === 'nested') {
        for (const item of [value].flat().filter((item) => item !== null)) {
          if (typeof item !== 'object')
            throw badRequest(
              `object mapping for [${path}] tried to parse field [${name}] as object, but found a concrete value`,
              'mapper_parsing_exception',
            );
          this.readObject(
            item as Source,
            `${path}.`,
            { dynamic: at.dynamic ?? true, ...mapping },
            values,
            id,
          );
        }
      } else this.readLeaf(path, mapping, value, values, id);
    }
  }

  private readLeaf(
    path: string,
    mapping: FieldMapping,
    value: unknown,
    values: FieldValues,
    id: string,
  ): void {
    const items = [value]
      .flat(8)
      .map((item) => item ?? mapping.null_value)
      .filter((item) => item != null);
    const read = items.map((item) => {
      const converted = convert(item, mapping.type ?? '');
      if (converted !== undefined) return converted;
      const preview = typeof item === 'string' ? item : JSON.stringify(item);
      throw badRequest(
        `failed to parse field [${path}] of type [${mapping.type}] in document with id '${id}'. Preview of field's value: '${preview}'`,
        'mapper_parsing_exception',
      );
    });
    const kept = read.filter((item) => String(item).length <= (mapping.ignore_above ?? Infinity));
    if (kept.length > 0) values.set(path, [...(values.get(path) ?? []), ...kept]);
    for (const [name, sub] of Object.entries(mapping.fields ?? {}))
      this.readLeaf(`${path}.${name}`, sub, value, values, id);
  }

  private introduce(path: string, value: unknown, at: Mappings, prefix: string): FieldMapping | undefined {
    const dynamic = String(at.dynamic ?? 'true');
    const name = path.slice(prefix.length);
    if (dynamic === 'strict')
      throw badRequest(
        `mapping set to strict, dynamic introduction of [${name}] within [${prefix.slice(0, -1) || '_doc'}] is not allowed`,
        'strict_dynamic_mapping_exception',
      );
    const mapping = dynamic === 'true' ? inferred(value) : undefined;
    if (!mapping) return undefined;
    const nested = path
      .split('.')
      .reduceRight<FieldMapping>((inner, key) => ({ properties: { [key]: inner } }), mapping);
    this.extend({ properties: nested.properties ?? {} });
    return mapping;
  }
}

function merged(left: Properties, right: Properties): Properties {
  const result: Record<string, FieldMapping> = { ...left };
  for (const [name, mapping] of Object.entries(right)) {
    const before = left[name];
    const properties = before?.properties || mapping.properties;
    result[name] = {
      ...before,
      ...mapping,
      ...(properties ? { properties: merged(before?.properties ?? {}, mapping.properties ?? {}) } : {}),
    };
  }
  return result;
}

function inferred(value: unknown): FieldMapping | undefined {
  const sample: unknown = [value].flat(8).find((item) => item != null);
  if (sample === undefined) return undefined;
  if (typeof sample === 'boolean') return { type: 'boolean' };
  if (typeof sample === 'number') return { type: Number.isInteger(sample) ? 'long' : 'float' };
  if (typeof sample === 'object') return { properties: {} };
  if (typeof sample === 'string' && sample.includes('-') && parseDate(sample) !== undefined)
    return { type: 'date' };
  return { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };
}

/** A JSON value as a value of the type, or undefined where it is none. */
export function convert(value: unknown, type: string): Value | undefined {
  if (typeof value === 'object' || value === undefined) return undefined;
  const limit = integers[type];
  if (limit !== undefined || decimals.includes(type)) {
    const number =
      typeof value === 'number'
        ? value
        : typeof value === 'string' && value.trim() !== ''
          ? Number(value)
          : NaN;
    if (!Number.isFinite(number)) return undefined;
    if (limit === undefined) return number;
    return number >= -limit && number < limit ? Math.trunc(number) : undefined;
  }
  if (type === 'boolean') {
    if (typeof value === 'boolean') return value;
    return value === 'true' ? true : value === 'false' || value === '' ? false : undefined;
  }
  return type === 'date' ? parseDate(value) : String(value);
}
