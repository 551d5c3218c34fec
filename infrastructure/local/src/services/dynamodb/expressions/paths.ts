import type { AttributeValue, Item } from '../attributes';
import { invalid } from '../errors';

/** A document path with aliases resolved: names and list positions. */
export type Steps = readonly (string | number)[];

export function valueAt(item: Item | undefined, steps: Steps): AttributeValue | undefined {
  const first = steps[0];
  let value = item && typeof first === 'string' ? own(item, first) : undefined;
  for (let at = 1; value !== undefined && at < steps.length; at++) value = child(value, steps[at]);
  return value;
}

export function own(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Sets an attribute whatever its name is (`__proto__` is an ordinary name in DynamoDB). */
export function setOwn(item: Item, name: string, value: AttributeValue): void {
  if (name === '__proto__') {
    Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    item[name] = value;
  }
}

function child(value: AttributeValue, step: string | number | undefined): AttributeValue | undefined {
  if (typeof step === 'number') return value.L?.[step];
  return step !== undefined && value.M ? own(value.M, step) : undefined;
}

/** The part of an item that a projection names. Lists are compacted, as AWS does. */
export function project(item: Item, paths: readonly Steps[]): Item {
  const tree: Tree = new Map();
  for (const steps of paths) {
    if (valueAt(item, steps) !== undefined) graft(tree, steps);
  }
  return pick(item, tree);
}

type Tree = Map<string | number, Tree>;

function graft(tree: Tree, steps: Steps): void {
  let node = tree;
  for (const step of steps) {
    const next: Tree = node.get(step) ?? new Map<string | number, Tree>();
    node.set(step, next);
    node = next;
  }
}

function pick(item: Item, tree: Tree): Item {
  const result: Item = {};
  for (const [name, below] of tree) {
    const value = typeof name === 'string' ? own(item, name) : undefined;
    if (value !== undefined) setOwn(result, String(name), pickValue(value, below));
  }
  return result;
}

function pickValue(value: AttributeValue, tree: Tree): AttributeValue {
  if (tree.size === 0) return value;
  if (value.M) return { M: pick(value.M, tree) };
  const positions = [...tree.keys()]
    .filter((step): step is number => typeof step === 'number')
    .sort((a, b) => a - b);
  return {
    L: positions.flatMap((position) => {
      const entry = value.L?.[position];
      return entry ? [pickValue(entry, tree.get(position) ?? new Map<string | number, Tree>())] : [];
    }),
  };
}

/** Throws where one path is a part of another, or they want a list and a map at the same place. */
export function checkOverlap(kind: string, paths: readonly Steps[]): void {
  for (let one = 0; one < paths.length; one++) {
    for (let two = one + 1; two < paths.length; two++) {
      const [a, b] = [paths[one] ?? [], paths[two] ?? []];
      const shared = Math.min(a.length, b.length);
      let at = 0;
      while (at < shared && a[at] === b[at]) at++;
      if (at === shared) {
        throw invalid(
          `Invalid ${kind}: Two document paths overlap with each other; must remove or rewrite one of these paths; ${both(a, b)}`,
        );
      }
      if (typeof a[at] !== typeof b[at]) {
        throw invalid(
          `Invalid ${kind}: Two document paths conflict with each other; must remove or rewrite one of these paths; ${both(a, b)}`,
        );
      }
    }
  }
}

function both(one: Steps, two: Steps): string {
  return `path one: ${show(one)}, path two: ${show(two)}`;
}

function show(steps: Steps): string {
  return `[${steps.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}
