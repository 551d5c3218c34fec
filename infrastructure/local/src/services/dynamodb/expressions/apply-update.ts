import type { AttributeValue, Item } from '../attributes';
import { addNumbers, subtractNumbers } from '../decimal';
import { invalid } from '../errors';
import type { Bindings } from './bindings';
import { own, setOwn, valueAt, type Steps } from './paths';
import type { Update, UpdateOperand } from './syntax';

const wrongType = 'An operand in the update expression has an incorrect data type';

/**
 * The item after an update. `before` is left as it is; containers on the way to a changed place are copied.
 * All right-hand sides see the item as it was.
 */
export function applyUpdate(update: Update, before: Item, bindings: Bindings): Item {
  const sets = update.sets.map(
    ({ path, value }) => [bindings.steps(path), computed(value, before, bindings)] as const,
  );
  const adds = update.adds.map(({ path, value }) => {
    const steps = bindings.steps(path);
    return [steps, added(valueAt(before, steps), bindings.value(value.name))] as const;
  });
  const after: Item = { ...before };
  // AWS appends past the end of a list in the order of the positions.
  for (const [steps, value] of sets.sort(byLastPosition)) place(after, steps, value);
  for (const [steps, value] of adds) place(after, steps, value);
  const removals = update.removes.map((path) => bindings.steps(path));
  for (const { path, value } of update.deletes) {
    const steps = bindings.steps(path);
    const rest = without(valueAt(before, steps), bindings.value(value.name));
    if (rest === 'all') removals.push(steps);
    else if (rest) place(after, steps, rest);
  }
  // From the back, so that positions keep their meaning while elements go.
  for (const steps of removals.sort((a, b) => byLastPosition([b], [a]))) remove(after, steps);
  return after;
}

function byLastPosition([a]: readonly [Steps, ...unknown[]], [b]: readonly [Steps, ...unknown[]]): number {
  const [one, two] = [a.at(-1), b.at(-1)];
  return typeof one === 'number' && typeof two === 'number' ? one - two : 0;
}

function computed(operand: UpdateOperand, item: Item, bindings: Bindings): AttributeValue {
  switch (operand.type) {
    case 'value':
      return bindings.value(operand.name);
    case 'path': {
      const value = valueAt(item, bindings.steps(operand));
      if (!value)
        throw invalid('The provided expression refers to an attribute that does not exist in the item');
      return value;
    }
    case 'ifNotExists':
      return valueAt(item, bindings.steps(operand.path)) ?? computed(operand.fallback, item, bindings);
    case 'listAppend': {
      const [left, right] = [computed(operand.left, item, bindings), computed(operand.right, item, bindings)];
      if (!left.L || !right.L) throw invalid(wrongType);
      return { L: [...left.L, ...right.L] };
    }
    case 'arithmetic': {
      const [left, right] = [computed(operand.left, item, bindings), computed(operand.right, item, bindings)];
      if (left.N === undefined || right.N === undefined) throw invalid(wrongType);
      return { N: operand.operator === '+' ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) };
    }
  }
}

function added(old: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (!old) return value;
  if (old.N !== undefined && value.N !== undefined) return { N: addNumbers(old.N, value.N) };
  if (old.SS && value.SS) return { SS: union(old.SS, value.SS) };
  if (old.NS && value.NS) return { NS: union(old.NS, value.NS) };
  if (old.BS && value.BS) return { BS: union(old.BS, value.BS) };
  throw invalid(wrongType);
}

function union(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])];
}

/** A set without some elements; 'all' where none is left (the attribute goes), undefined where there was none. */
function without(old: AttributeValue | undefined, value: AttributeValue): AttributeValue | 'all' | undefined {
  if (!old) return undefined;
  if (old.SS && value.SS) return remaining('SS', old.SS, value.SS);
  if (old.NS && value.NS) return remaining('NS', old.NS, value.NS);
  if (old.BS && value.BS) return remaining('BS', old.BS, value.BS);
  throw invalid(wrongType);
}

function remaining(
  type: 'SS' | 'NS' | 'BS',
  from: readonly string[],
  gone: readonly string[],
): AttributeValue | 'all' {
  const rest = from.filter((entry) => !gone.includes(entry));
  return rest.length === 0 ? 'all' : { [type]: rest };
}

type Container = { map: Item } | { list: AttributeValue[] };

/** Copies the containers on the way to the last step and returns the innermost one. */
function open(item: Item, steps: Steps): Container {
  let container: Container = { map: item };
  for (const step of steps.slice(0, -1)) {
    const value = get(container, step);
    let next: Container;
    if (value?.M) next = { map: { ...value.M } };
    else if (value?.L) next = { list: [...value.L] };
    else throw invalidPath();
    put(container, step, 'map' in next ? { M: next.map } : { L: next.list });
    container = next;
  }
  return container;
}

function get(container: Container, step: string | number): AttributeValue | undefined {
  if ('map' in container) return typeof step === 'string' ? own(container.map, step) : undefined;
  return typeof step === 'number' ? container.list[step] : undefined;
}

function put(container: Container, step: string | number, value: AttributeValue): void {
  if ('map' in container && typeof step === 'string') setOwn(container.map, step, value);
  else if ('list' in container && typeof step === 'number')
    container.list[Math.min(step, container.list.length)] = value;
  else throw invalidPath();
}

function place(item: Item, steps: Steps, value: AttributeValue): void {
  put(open(item, steps), steps.at(-1) ?? '', value);
}

function remove(item: Item, steps: Steps): void {
  const last = steps.at(-1) ?? '';
  const container = open(item, steps);
  if ('map' in container && typeof last === 'string') delete container.map[last];
  else if ('list' in container && typeof last === 'number') container.list.splice(last, 1);
  else throw invalidPath();
}

function invalidPath(): Error {
  return invalid('The document path provided in the update expression is invalid for update');
}
