import { normaliseItem, typeOf, type AttributeValue, type Item } from '../attributes';
import { invalid } from '../errors';
import { parseCondition } from './parse-condition';
import { parseProjection, parseUpdate } from './parse-update';
import { checkOverlap, type Steps } from './paths';
import { ExpressionError, type Condition, type Parsed, type Path, type Update } from './syntax';

export interface ExpressionAttributes {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

type ConditionKind = 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression';

const cacheSize = 2000;
const conditions = new Map<string, Parsed<Condition>>();
const updates = new Map<string, Parsed<Update>>();
const projections = new Map<string, Parsed<readonly Path[]>>();
const noNames: Readonly<Record<string, string>> = {};
const noValues: Item = {};

/** The names and values of one request, and the expressions that refer to them. */
export class Bindings {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
  private readonly used: Parsed<unknown>[] = [];

  constructor(private readonly input: ExpressionAttributes) {
    this.names = input.ExpressionAttributeNames ?? noNames;
    this.values = input.ExpressionAttributeValues ?? noValues;
    for (const name in this.values) checkKey('ExpressionAttributeValues', name, ':');
    for (const name in this.names) checkKey('ExpressionAttributeNames', name, '#');
    if (input.ExpressionAttributeValues) this.checkValues();
  }

  private checkValues(): void {
    try {
      normaliseItem(this.values);
    } catch (error) {
      throw error instanceof Error
        ? invalid(`ExpressionAttributeValues contains invalid value: ${error.message}`)
        : error;
    }
  }

  condition(kind: ConditionKind, text: string | undefined): Condition | undefined {
    return text === undefined ? undefined : this.bind(kind, parsed(conditions, kind, text, parseCondition));
  }

  update(text: string | undefined): Update | undefined {
    if (text === undefined) return undefined;
    const kind = 'UpdateExpression';
    const update = this.bind(kind, parsed(updates, kind, text, parseUpdate));
    const targets = [...update.sets, ...update.adds, ...update.deletes].map(({ path }) => path);
    checkOverlap(
      kind,
      [...targets, ...update.removes].map((path) => this.steps(path)),
    );
    return update;
  }

  projection(text: string | undefined): readonly Steps[] | undefined {
    if (text === undefined) return undefined;
    const kind = 'ProjectionExpression';
    const paths = this.bind(kind, parsed(projections, kind, text, parseProjection)).map((path) =>
      this.steps(path),
    );
    checkOverlap(kind, paths);
    return paths;
  }

  /** A path with its aliases replaced. */
  steps(path: Path): Steps {
    const { steps } = path;
    for (const step of steps) {
      if (typeof step === 'string' && step.startsWith('#')) return steps.map((each) => this.step(each));
    }
    return steps;
  }

  private step(step: string | number): string | number {
    return typeof step === 'string' && step.startsWith('#') ? (this.names[step] ?? step) : step;
  }

  value(name: string): AttributeValue {
    return this.values[name] ?? {};
  }

  private bind<T>(kind: string, expression: Parsed<T>): T {
    for (const alias of expression.aliases) {
      if (!Object.hasOwn(this.names, alias)) {
        throw invalid(
          `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${alias}`,
        );
      }
    }
    for (const value of expression.values) {
      if (!Object.hasOwn(this.values, value)) {
        throw invalid(
          `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${value}`,
        );
      }
    }
    for (const { value, operator, types } of expression.checks) {
      const type = typeOf(this.value(value));
      if (!types.includes(type)) {
        throw invalid(
          `Invalid ${kind}: Incorrect operand type for operator or function; operator${operatorLabel(operator)}: ${operator}, operand type: ${typeLabels[type]}`,
        );
      }
    }
    this.used.push(expression);
    return expression.root;
  }

  /** To be called when all expressions are bound: AWS refuses names and values that none of them uses. */
  finish(): void {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = this.input;
    if (names) this.checkUsed('ExpressionAttributeNames', Object.keys(names), (each) => each.aliases);
    if (values) this.checkUsed('ExpressionAttributeValues', Object.keys(values), (each) => each.values);
  }

  private checkUsed(
    label: string,
    keys: readonly string[],
    used: (each: Parsed<unknown>) => ReadonlySet<string>,
  ): void {
    if (this.used.length === 0) throw invalid(`${label} can only be specified when using expressions`);
    if (keys.length === 0) throw invalid(`${label} must not be empty`);
    const unused = keys.filter((key) => !this.used.some((each) => used(each).has(key)));
    if (unused.length > 0)
      throw invalid(`Value provided in ${label} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}

const typeLabels: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
};

/** AWS says `operator: ADD` but `operator or function: begins_with`. */
function operatorLabel(operator: string): string {
  return operator === 'ADD' || operator === 'DELETE' ? '' : ' or function';
}

function checkKey(label: string, key: string, mark: string): void {
  if (!key.startsWith(mark) || key.length < 2)
    throw invalid(`${label} contains invalid key: Syntax error; key: "${key}"`);
}

function parsed<T>(
  cache: Map<string, Parsed<T>>,
  kind: string,
  text: string,
  parse: (text: string) => Parsed<T>,
): Parsed<T> {
  const known = cache.get(text);
  if (known) return known;
  try {
    const expression = parse(text);
    if (cache.size >= cacheSize) cache.clear();
    cache.set(text, expression);
    return expression;
  } catch (error) {
    throw error instanceof ExpressionError ? invalid(`Invalid ${kind}: ${error.message}`) : error;
  }
}
