import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyOf, type EventSchema, type JsonSchema } from './schemas';

/** The published contracts by name and major version: what consumers out there rely on. */
export const lockFile = join(import.meta.dirname, '../schemas.lock.json');

export type PublishedSchemas = Readonly<Record<string, EventSchema>>;

export function readLock(): PublishedSchemas {
  return JSON.parse(readFileSync(lockFile, 'utf8')) as PublishedSchemas;
}

export function writeLock(schemas: readonly EventSchema[]): void {
  const lock = Object.fromEntries(schemas.map((schema) => [keyOf(schema), schema]));
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
}

/**
 * What breaks consumers of the published contract: a removed event, a removed or retyped member, a member that is no
 * longer always there, a value an enum did not have. A new major version (`x-version`) may do all of it, while the one
 * before stays readable (`schemas/older`) until it is retired on purpose.
 */
export function breakingChanges(published: PublishedSchemas, current: readonly EventSchema[]): string[] {
  const byKey = new Map(current.map((schema) => [keyOf(schema), schema]));
  return Object.entries(published).flatMap(([key, before]) => {
    const after = byKey.get(key);
    if (!after) return [`${key}: removed`];
    const source = after['x-source'] === before['x-source'] ? [] : [`${before.title}: its source changed`];
    return [...source, ...compare(before.title, before, after)];
  });
}

function compare(path: string, before: JsonSchema, after: JsonSchema): string[] {
  const changes: string[] = [];
  if (JSON.stringify(before.type) !== JSON.stringify(after.type)) {
    changes.push(`${path}: type ${JSON.stringify(before.type)} became ${JSON.stringify(after.type)}`);
  }
  for (const value of after.enum ?? []) {
    if (before.enum && !before.enum.includes(value))
      changes.push(`${path}: enum got ${JSON.stringify(value)}`);
  }
  if (before.enum && !after.enum) changes.push(`${path}: enum became open`);
  for (const name of before.required ?? []) {
    if (!after.required?.includes(name)) changes.push(`${path}.${name}: no longer required`);
  }
  for (const [name, child] of Object.entries(before.properties ?? {})) {
    const now = after.properties?.[name];
    changes.push(...(now ? compare(`${path}.${name}`, child, now) : [`${path}.${name}: removed`]));
  }
  if (before.items)
    changes.push(...(after.items ? compare(`${path}[]`, before.items, after.items) : [`${path}[]: removed`]));
  return changes;
}
