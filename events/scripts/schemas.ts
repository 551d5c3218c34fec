import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One file of events/schemas: JSON Schema 2020-12 with the producer (`x-source`) and the version (`x-version`). */
export interface EventSchema extends JsonSchema {
  readonly $id: string;
  /** The detail-type. */
  readonly title: string;
  readonly 'x-source': string;
  readonly 'x-version': string;
  readonly examples: readonly Record<string, unknown>[];
}

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly additionalProperties?: boolean;
}

const folder = join(import.meta.dirname, '../schemas');

/** The contracts that producers write. */
export function readSchemas(): EventSchema[] {
  return readFolder(folder);
}

/**
 * Earlier major versions that nobody writes any more and consumers still read: the archive brings their events again for
 * 30 days (infrastructure/resources.json).
 */
export function readOlderSchemas(): EventSchema[] {
  return readFolder(join(folder, 'older'));
}

export function majorOf(schema: EventSchema): number {
  return Number(schema['x-version'].split('.')[0]);
}

/** What tells one readable contract from another, e.g. `OrderCreated@2`. */
export function keyOf(schema: EventSchema): string {
  return `${schema.title}@${majorOf(schema)}`;
}

function readFolder(path: string): EventSchema[] {
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(path, name), 'utf8')) as EventSchema);
}
