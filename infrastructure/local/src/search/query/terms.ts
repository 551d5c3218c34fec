import { dateMath } from '../dates';
import { badRequest } from '../errors';
import { convert, isNumeric, type Value } from '../mapping';
import type { SearchIndex } from '../search-index';
import { constant, listOf, textOf, type Clause, type Scores } from './scores';

/** The share of BM25 that one occurrence in a field without length norms gives. */
const singleOccurrence = 1 / (1 + 1.2);

/** Documents whose field has exactly this value (a text field: this term, which is not analyzed). */
export function termQuery(
  index: SearchIndex,
  field: string,
  value: unknown,
  caseInsensitive = false,
): Scores {
  if (field === '_id') return idsQuery(index, [value]);
  if (value === undefined || value === null)
    throw badRequest('value cannot be null', 'illegal_argument_exception');
  const type = checked(index, field);
  if (type === undefined) return new Map();
  const text = index.textField(field);
  const wanted = textOf(value);
  if (text && !caseInsensitive) return text.field.score(wanted);
  if (text) return union(index, field, (term) => term.toLowerCase() === wanted.toLowerCase());
  const of = exactValue(index, field, type, value);
  const same = caseInsensitive
    ? (item: Value) => String(item).toLowerCase() === wanted.toLowerCase()
    : (item: Value) => item === of;
  const ids = having(index, field, same);
  if (isNumeric(type) || type === 'date') return constant(ids, 1);
  return constant(
    ids,
    Math.log(1 + (index.countOf(field) - ids.length + 0.5) / (ids.length + 0.5)) * singleOccurrence,
  );
}

export function termsQuery(index: SearchIndex, body: Clause): Scores {
  const { boost: _, _name: __, ...rest } = body;
  const [entry, ...others] = Object.entries(rest);
  if (!entry || others.length > 0 || !Array.isArray(entry[1]))
    throw badRequest('[terms] query requires one field with a list of values');
  const [field, wanted] = entry as [string, unknown[]];
  if (field === '_id') return idsQuery(index, wanted);
  const type = checked(index, field);
  if (type === undefined) return new Map();
  const text = index.textField(field);
  if (text)
    return constant(new Set(wanted.flatMap((value) => [...text.field.score(textOf(value)).keys()])), 1);
  const values = new Set(wanted.map((value) => exactValue(index, field, type, value)));
  return constant(
    having(index, field, (item) => values.has(item)),
    1,
  );
}

export function idsQuery(index: SearchIndex, ids: unknown): Scores {
  return constant(
    listOf(ids)
      .map((id) => textOf(id))
      .filter((id) => index.get(id) !== undefined),
    1,
  );
}

export function existsQuery(index: SearchIndex, field: unknown): Scores {
  if (typeof field !== 'string') throw badRequest('[exists] must be provided with a [field]');
  const fields = index.typeOf(field) === undefined ? index.searchableFields(`${field}.*`, true) : [field];
  return constant(new Set(fields.flatMap((name) => having(index, name, () => true))), 1);
}

/** Text fields are tested term by term, others value by value. */
export function patternQuery(index: SearchIndex, field: string, test: (term: string) => boolean): Scores {
  if (checked(index, field) === undefined) return new Map();
  if (index.textField(field)) return union(index, field, test);
  return constant(
    having(index, field, (value) => test(String(value))),
    1,
  );
}

function union(index: SearchIndex, field: string, test: (term: string) => boolean): Scores {
  const text = index.textField(field)?.field;
  return constant(new Set(text?.matching(test).flatMap((term) => [...text.score(term).keys()]) ?? []), 1);
}

const bounds = ['gt', 'gte', 'lt', 'lte'] as const;
const rangeOptions = [
  'from',
  'to',
  'include_lower',
  'include_upper',
  'format',
  'boost',
  'time_zone',
  'relation',
  '_name',
];

export function rangeQuery(index: SearchIndex, field: string, options: Clause): Scores {
  const unknown = Object.keys(options).find(
    (name) => !rangeOptions.includes(name) && !bounds.some((bound) => bound === name),
  );
  if (unknown !== undefined) throw badRequest(`[range] query does not support [${unknown}]`);
  const type = checked(index, field);
  if (type === undefined) return new Map();
  const given: Clause = {
    ...(options.from === undefined ? {} : { [options.include_lower === false ? 'gt' : 'gte']: options.from }),
    ...(options.to === undefined ? {} : { [options.include_upper === false ? 'lt' : 'lte']: options.to }),
    ...options,
  };
  const tests = bounds.flatMap((bound) => {
    const value = given[bound];
    return value === undefined || value === null
      ? []
      : [boundTest(bound, limitOf(field, type, bound, value))];
  });
  return constant(
    having(index, field, (value) => tests.every((test) => test(value))),
    1,
  );
}

function limitOf(field: string, type: string, bound: (typeof bounds)[number], value: unknown): Value {
  const decimal = isNumeric(type) ? convert(value, 'double') : undefined;
  const limit =
    type === 'date'
      ? dateMath(value, bound === 'gt' || bound === 'lte')
      : isNumeric(type)
        ? decimal
        : textOf(value);
  if (limit !== undefined) return limit;
  throw type === 'date'
    ? badRequest(
        `failed to parse date field [${textOf(value)}] with format [strict_date_optional_time||epoch_millis]`,
        'parse_exception',
      )
    : badRequest(
        `failed to create query: For input string: "${textOf(value)}" in field [${field}]`,
        'query_shard_exception',
      );
}

function boundTest(bound: (typeof bounds)[number], limit: Value): (value: Value) => boolean {
  if (bound === 'gt') return (value) => value > limit;
  if (bound === 'gte') return (value) => value >= limit;
  return bound === 'lt' ? (value) => value < limit : (value) => value <= limit;
}

function exactValue(index: SearchIndex, field: string, type: string, value: unknown): Value {
  if (type === 'date') {
    const date = dateMath(value, false);
    if (date !== undefined) return date;
  }
  if (type === 'keyword') return index.normalized(field, textOf(value));
  const number = isNumeric(type) ? convert(value, 'double') : convert(value, type);
  if (number !== undefined) return number;
  throw type === 'boolean'
    ? badRequest(
        `failed to create query: Can't parse boolean value [${textOf(value)}], expected [true] or [false]`,
        'query_shard_exception',
      )
    : badRequest(`failed to create query: For input string: "${textOf(value)}"`, 'query_shard_exception');
}

export function having(index: SearchIndex, field: string, test: (value: Value) => boolean): string[] {
  const ids: string[] = [];
  for (const id of index.ids()) if (index.values(id, field).some(test)) ids.push(id);
  return ids;
}

/** The type of a field that can be searched; undefined where no document has it. */
function checked(index: SearchIndex, field: string): string | undefined {
  if (index.mapping.fields.get(field)?.index === false)
    throw badRequest(
      `failed to create query: Cannot search on field [${field}] since it is not indexed.`,
      'query_shard_exception',
    );
  return index.typeOf(field);
}
