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

export function readSchemas(): EventSchema[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as EventSchema);
}
