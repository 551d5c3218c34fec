/**
 * Writes events/src/generated from events/schemas: TypeScript types, validators as plain code (so that a Lambda's
 * cold start compiles no schema) and the catalogue of sources and versions. An older version that is still read is called
 * by its major, e.g. OrderCreatedV1.
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
import { majorOf, readOlderSchemas, readSchemas, type EventSchema, type JsonSchema } from './schemas';

const banner = '// Generated from events/schemas by events/scripts/generate.ts. Do not edit.\n';

/** The name of an older version's type and validator. */
const olderName = (schema: EventSchema): string => `${schema.title}V${majorOf(schema)}`;

type Named = readonly [name: string, schema: EventSchema];

const withNames = (schemas: readonly EventSchema[], older: readonly EventSchema[]): Named[] => [
  ...schemas.map((schema): Named => [schema.title, schema]),
  ...older.map((schema): Named => [olderName(schema), schema]),
];

async function types(schemas: readonly EventSchema[], older: readonly EventSchema[]): Promise<string> {
  const named = withNames(schemas, older);
  const parts = await Promise.all(
    named.map(([title, schema]) =>
      compile({ ...schema, title, examples: undefined } as never, title, {
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
  const majors = older.map((s) => `  ${s.title}: ${olderName(s)};`);
  return [
    banner,
    ...parts,
    `export interface EventDetails {\n${details.join('\n')}\n}\n`,
    `/** The major version before, where it is still read. */\nexport interface OlderDetails {\n${majors.join('\n')}\n}\n`,
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

function validators(
  schemas: readonly EventSchema[],
  older: readonly EventSchema[],
): { code: string; declarations: string } {
  const named = withNames(schemas, older);
  const ajv = new Ajv2020({
    schemas: named.map(([name, schema]) => ({ ...lean(schema), title: name, $id: name })),
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    formats,
    keywords: ['x-source', 'x-version'],
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  });
  const generate = standaloneCode as unknown as (instance: Ajv2020, refs: Record<string, string>) => string;
  const code = generate(ajv, Object.fromEntries(named.map(([name]) => [name, name])));
  const declarations = named.map(([name]) => `export declare const ${name}: ValidateFunction;`).join('\n');
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
  const [schemas, older] = [readSchemas(), readOlderSchemas()];
  const { code, declarations } = validators(schemas, older);
  return { 'events.ts': await types(schemas, older), 'validators.js': code, 'validators.d.ts': declarations };
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
