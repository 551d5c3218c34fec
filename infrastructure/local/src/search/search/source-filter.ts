import { badRequest } from '../errors';
import type { Source } from '../mapping';
import { listOf, textOf } from '../query/scores';

/** `_source`: false, true, patterns, or `{includes, excludes}`. Answers undefined where no source is wanted. */
export function sourceFilter(wanted: unknown): (source: Source) => Source | undefined {
  if (wanted === undefined || wanted === true || wanted === 'true') return (source) => source;
  if (wanted === false || wanted === 'false') return () => undefined;
  const lists =
    typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)
      ? (wanted as Source)
      : { includes: wanted };
  const includes = patterns(lists.includes ?? lists.include);
  const excludes = patterns(lists.excludes ?? lists.exclude);
  return (source) => pick(source, '', includes, excludes);
}

/** `_source`, `_source_includes` and `_source_excludes` of a URL, in the form of a body. */
export function sourceParameter(parameters: URLSearchParams): unknown {
  const list = (name: string): string[] | undefined => parameters.get(name)?.split(',');
  const [includes, excludes] = [list('_source_includes'), list('_source_excludes')];
  if (includes || excludes) return { ...(includes && { includes }), ...(excludes && { excludes }) };
  const own = parameters.get('_source');
  if (own === null) return undefined;
  return own === 'true' || own === 'false' ? own : own.split(',');
}

function patterns(value: unknown): RegExp[] {
  return listOf(value).map((pattern) => {
    if (typeof pattern !== 'string')
      throw badRequest('[_source] must be a boolean, patterns, or includes and excludes');
    return new RegExp(
      `^${textOf(pattern)
        .replace(/[.+^${}()|[\]\\?]/g, '\\$&')
        .replaceAll('*', '.*')}(\\..*)?$`,
    );
  });
}

function pick(
  source: Source,
  prefix: string,
  includes: readonly RegExp[],
  excludes: readonly RegExp[],
): Source {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(source)) {
    const path = prefix + name;
    if (excludes.some((pattern) => pattern.test(path))) continue;
    const included = includes.length === 0 || includes.some((pattern) => pattern.test(path));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const inner = pick(value as Source, `${path}.`, included ? [] : includes, excludes);
      if (included || Object.keys(inner).length > 0) result[name] = inner;
    } else if (included) result[name] = value;
  }
  return result;
}
