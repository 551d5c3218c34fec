import { badRequest } from '../errors';
import type { SearchIndex } from '../search-index';
import { asClause, boosted, listOf, numberOf, textOf, type Clause, type Scores } from './scores';

type Run = (index: SearchIndex, query: unknown) => Scores;

/** `function_score` with weights and field values; scripts, decay and random scores are refused. */
export function functionScore(index: SearchIndex, body: Clause, run: Run): Scores {
  const base = run(index, body.query);
  const list =
    body.functions === undefined ? [body] : listOf(body.functions).map((one) => asClause(one, 'a function'));
  const functions = list.map((one) => ({
    matches: one === body ? undefined : filterOf(index, one, run),
    value: valueOf(index, one),
  }));
  const limit = numberOf(body.max_boost, Infinity, 'max_boost');
  const result: Scores = new Map();
  for (const [id, score] of base) {
    const values = functions
      .filter(({ matches }) => !matches || matches.has(id))
      .map(({ value }) => value(id));
    const factor = Math.min(combine(values, textOf(body.score_mode, 'multiply')), limit);
    result.set(id, values.length === 0 ? score : joined(score, factor, textOf(body.boost_mode, 'multiply')));
  }
  return boosted(result, body.boost);
}

function filterOf(index: SearchIndex, { filter }: Clause, run: Run): Scores | undefined {
  return filter === undefined ? undefined : run(index, filter);
}

function valueOf(index: SearchIndex, one: Clause): (id: string) => number {
  const refused = ['script_score', 'gauss', 'exp', 'linear', 'random_score'].find((name) => name in one);
  if (refused !== undefined) throw badRequest(`[${refused}] is not served here`);
  const weight = numberOf(one.weight, 1, 'weight');
  if (one.field_value_factor === undefined) return () => weight;
  const { field, factor, modifier, missing } = asClause(one.field_value_factor, '[field_value_factor]');
  const change = modifierOf(textOf(modifier, 'none'));
  return (id) => {
    const value = index.values(id, textOf(field))[0] ?? missing;
    if (value === undefined) throw badRequest(`Missing value for field [${textOf(field)}]`, 'exception');
    return weight * change(Number(value) * numberOf(factor, 1, 'factor'));
  };
}

function modifierOf(name: string): (value: number) => number {
  const modifiers: Readonly<Record<string, (value: number) => number>> = {
    none: (value) => value,
    log: Math.log10,
    log1p: (value) => Math.log10(value + 1),
    log2p: (value) => Math.log10(value + 2),
    ln: Math.log,
    ln1p: Math.log1p,
    ln2p: (value) => Math.log(value + 2),
    square: (value) => value * value,
    sqrt: Math.sqrt,
    reciprocal: (value) => 1 / value,
  };
  const modifier = Object.hasOwn(modifiers, name) ? modifiers[name] : undefined;
  if (modifier) return modifier;
  throw badRequest(`No enum constant for modifier [${name}]`, 'illegal_argument_exception');
}

function combine(values: readonly number[], mode: string): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (mode === 'sum') return sum;
  if (mode === 'avg') return sum / Math.max(values.length, 1);
  if (mode === 'max') return Math.max(...values);
  if (mode === 'min') return Math.min(...values);
  if (mode === 'first') return values[0] ?? 1;
  return values.reduce((total, value) => total * value, 1);
}

function joined(score: number, factor: number, mode: string): number {
  if (mode === 'replace') return factor;
  if (mode === 'sum') return score + factor;
  if (mode === 'avg') return (score + factor) / 2;
  if (mode === 'max') return Math.max(score, factor);
  return mode === 'min' ? Math.min(score, factor) : score * factor;
}
