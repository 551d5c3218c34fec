import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventSchema, JsonSchema } from './schemas';

/** The published contracts: what consumers out there rely on. */
export const lockFile = join(import.meta.dirname, '../schemas.lock.json');

export type PublishedSchemas = Readonly<Record<string, EventSchema>>;

export function readLock(): PublishedSchemas {
  return JSON.parse(readFileSync(lockFile, 'utf8')) as PublishedSchemas;
}

export function writeLock(schemas: readonly EventSchema[]): void {
  const lock = Object.fromEntries(schemas.map((schema) => [schema.title, schema]));
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
}

/**
 * What breaks consumers of the published contract: a removed event, a removed or retyped member, a member that is no
 * longer always there, a value an enum did not have. A new major version (`x-version`) may do all of it.
 */
export function breakingChanges(published: PublishedSchemas, current: readonly EventSchema[]): string[] {
  const byTitle = new Map(current.map((schema) => [schema.title, schema]));
  return Object.values(published).flatMap((before) => {
    const after = byTitle.get(before.title);
    if (!after) return [`${before.title}: removed`];
    if (major(after) > major(before)) return [];
    const source = after['x-source'] === before['x-source'] ? [] : [`${before.title}: its source changed`];
    return [...source, ...compare(before.title, before, after)];
  });
}

function major(schema: EventSchema): number {
  return Number(schema['x-version'].split('.')[0]);
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
