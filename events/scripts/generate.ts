/**
 * Writes events/src/generated from events/schemas: TypeScript types, validators as plain code (so that a Lambda's
 * cold start compiles no schema) and the catalogue of sources and versions.
 *   tsx events/scripts/generate.ts          writes
 *   tsx events/scripts/generate.ts --check  fails when what is there differs
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { _ } from 'ajv';
import standaloneCode from 'ajv/dist/standalone';
import { compile } from 'json-schema-to-typescript';
import { formats } from '../src/formats';
import { readSchemas, type EventSchema, type JsonSchema } from './schemas';

const banner = '// Generated from events/schemas by events/scripts/generate.ts. Do not edit.\n';

async function types(schemas: readonly EventSchema[]): Promise<string> {
  const parts = await Promise.all(
    schemas.map((schema) =>
      compile({ ...schema, examples: undefined } as never, schema.title, {
        bannerComment: '',
        additionalProperties: false,
        ignoreMinAndMaxItems: true,
        style: { singleQuote: true, printWidth: 110 },
      }),
    ),
  );
  const catalogue = schemas.map(
    (s) => `  ${s.title}: { source: '${s['x-source']}', version: '${s['x-version']}' },`,
  );
  const details = schemas.map((s) => `  ${s.title}: ${s.title};`);
  return [
    banner,
    ...parts,
    `export interface EventDetails {\n${details.join('\n')}\n}\n`,
    `export const eventCatalogue = {\n${catalogue.join('\n')}\n} as const;\n`,
  ].join('\n');
}

/**
 * What a consumer has to check. It must accept members that a later version adds (the compatibility test keeps
 * producers from removing any), so `additionalProperties: false` binds producers only; texts are left out for size.
 */
function lean(schema: JsonSchema): JsonSchema {
  const { properties, items, ...rest } = schema;
  const kept = Object.entries(rest).filter(
    ([key, value]) => !texts.includes(key) && !(key === 'additionalProperties' && value === false),
  );
  return {
    ...Object.fromEntries(kept),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, lean(child)])),
    }),
    ...(items && { items: lean(items) }),
  };
}

const texts = ['description', 'examples', '$schema', 'x-source', 'x-version'];

function validators(schemas: readonly EventSchema[]): { code: string; declarations: string } {
  const ajv = new Ajv2020({
    schemas: schemas.map((schema) => ({ ...lean(schema), $id: schema.title })),
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    formats,
    keywords: ['x-source', 'x-version'],
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  });
  const generate = standaloneCode as unknown as (instance: Ajv2020, refs: Record<string, string>) => string;
  const code = generate(ajv, Object.fromEntries(schemas.map((s) => [s.title, s.title])));
  const declarations = schemas.map((s) => `export declare const ${s.title}: ValidateFunction;`).join('\n');
  return {
    code: `${banner}import { formats } from '../formats';\nimport { length } from '../length';\n${withImports(code)}\n`,
    declarations: `${banner}import type { ValidateFunction } from 'ajv';\n\n${declarations}\n`,
  };
}

/** Ajv emits `require` for its string length helper even in ESM code. */
function withImports(code: string): string {
  const text = code
    .replace('"use strict";', '')
    .replaceAll('require("ajv/dist/runtime/ucs2length").default', 'length');
  if (text.includes('require('))
    throw new Error('the generated validators need a runtime import that is not handled');
  return text;
}

/** File name -> content. */
export async function generate(): Promise<Record<string, string>> {
  const schemas = readSchemas();
  const { code, declarations } = validators(schemas);
  return { 'events.ts': await types(schemas), 'validators.js': code, 'validators.d.ts': declarations };
}

export const generatedFolder = join(import.meta.dirname, '../src/generated');

async function main(): Promise<void> {
  const files = await generate();
  if (process.argv.includes('--check')) {
    const stale = Object.entries(files).filter(
      ([name, content]) => readFileSync(join(generatedFolder, name), 'utf8') !== content,
    );
    if (stale.length > 0) {
      console.error(
        `events/src/generated is stale (${stale.map(([name]) => name).join(', ')}): run events/scripts/generate.ts`,
      );
      process.exitCode = 1;
    }
    return;
  }
  mkdirSync(generatedFolder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(generatedFolder, name), content);
}

await main();
