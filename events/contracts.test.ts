import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { breakingChanges, readLock } from './scripts/compatibility';
import { keyOf, majorOf, readOlderSchemas, readSchemas, type EventSchema } from './scripts/schemas';
import { formats } from './src/formats';
import { eventCatalogue } from './src';

interface Rule {
  name: string;
  eventPattern: Pattern;
  targets: { type: string; resource: string; deadLetterQueue?: string }[];
}
interface Pattern {
  source?: string[];
  'detail-type'?: string[];
  detail?: Record<string, unknown>;
  $or?: Pattern[];
}

const root = join(__dirname, '..');
const schemas = readSchemas();
const readable = [...schemas, ...readOlderSchemas()];
const rules = readdirSync(join(__dirname, 'rules')).map(
  (file) => JSON.parse(readFileSync(join(__dirname, 'rules', file), 'utf8')) as Rule,
);
const resources = JSON.parse(readFileSync(join(root, 'infrastructure/resources.json'), 'utf8')) as {
  queues: { name: string; deadLetterQueue?: string }[];
  topics: { name: string }[];
};
const schemaOf = (title: string): EventSchema | undefined => schemas.find((schema) => schema.title === title);
const alternatives = (rule: Rule): Pattern[] => rule.eventPattern.$or ?? [rule.eventPattern];

describe('schemas', () => {
  it.each(readable.map((schema) => [keyOf(schema), schema] as const))(
    '%s: every example is valid, and exactly so',
    (_, schema) => {
      const validate = new Ajv2020({ allErrors: true, formats, keywords: ['x-source', 'x-version'] }).compile(
        schema,
      );
      expect(schema.examples.length).toBeGreaterThan(0);
      for (const example of schema.examples) {
        expect({ valid: validate(example), errors: validate.errors }).toEqual({ valid: true, errors: null });
        expect(validate({ ...example, surprise: 1 })).toBe(false);
      }
    },
  );

  it.each(readOlderSchemas().map((schema) => [keyOf(schema), schema] as const))(
    '%s is older than what is written today, by the same producer',
    (_, older) => {
      const current = schemaOf(older.title) as EventSchema;
      expect(majorOf(older)).toBe(majorOf(current) - 1);
      expect(older['x-source']).toBe(current['x-source']);
    },
  );

  it('are what the generated code was made from', () => {
    execFileSync('npx', ['tsx', 'events/scripts/generate.ts', '--check'], { cwd: root, stdio: 'pipe' });
  });

  it('have not changed in a way that breaks consumers of the published ones', () => {
    expect(breakingChanges(readLock(), readable)).toEqual([]);
  });

  it('are all published (run events/scripts/lock.ts after an additive change)', () => {
    expect(readLock()).toEqual(Object.fromEntries(readable.map((schema) => [keyOf(schema), schema])));
  });
});

describe('compatibility', () => {
  const base = schemaOf('OrderCompleted') as EventSchema;
  const changed = (change: Partial<EventSchema>): string[] =>
    breakingChanges({ 'OrderCompleted@2': base }, [{ ...base, ...change }]);
  const { notified, ...others } = base.properties ?? {};

  it('accepts a new optional member', () => {
    expect(changed({ properties: { ...base.properties, gift: { type: 'boolean' } } })).toEqual([]);
  });
  it('refuses a removed member', () => {
    expect(changed({ properties: others })).toEqual(['OrderCompleted.notified: removed']);
  });
  it('refuses a retyped member', () => {
    expect(notified?.type).toBe('boolean');
    expect(changed({ properties: { ...others, notified: { type: 'string' } } })).toEqual([
      'OrderCompleted.notified: type "boolean" became "string"',
    ]);
  });
  it('refuses a member that is no longer required, and a changed source', () => {
    expect(changed({ required: base.required?.filter((name) => name !== 'notified') ?? [] })).toEqual([
      'OrderCompleted.notified: no longer required',
    ]);
    expect(changed({ 'x-source': 'elsewhere' })).toEqual(['OrderCompleted: its source changed']);
  });
  it('lets a new major version do all of it, as long as the one before stays readable', () => {
    const next = { ...base, 'x-version': '3.0', properties: others };
    expect(breakingChanges({ 'OrderCompleted@2': base }, [base, next])).toEqual([]);
    expect(breakingChanges({ 'OrderCompleted@2': base }, [next])).toEqual(['OrderCompleted@2: removed']);
  });
});

describe('rules', () => {
  it.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s names events, members and targets that exist',
    (_, rule) => {
      for (const pattern of alternatives(rule)) {
        for (const detailType of pattern['detail-type'] ?? []) {
          const schema = schemaOf(detailType);
          expect([detailType, pattern.source]).toEqual([detailType, [schema?.['x-source']]]);
          for (const member of Object.keys(pattern.detail ?? {}))
            expect(Object.keys(schema?.properties ?? {})).toContain(member);
        }
      }
      const names = { sqs: resources.queues, sns: resources.topics };
      for (const target of rule.targets) {
        expect(names[target.type as 'sqs' | 'sns'].map((r) => r.name)).toContain(target.resource);
        expect(resources.queues.map((queue) => queue.name)).toContain(target.deadLetterQueue);
      }
    },
  );

  it('route every event somewhere', () => {
    const routed = new Set(rules.flatMap(alternatives).flatMap((pattern) => pattern['detail-type'] ?? []));
    expect([...routed].sort()).toEqual(schemas.map((schema) => schema.title).sort());
  });

  it('have files of their own names', () => {
    expect(readdirSync(join(__dirname, 'rules')).sort()).toEqual(
      rules.map((rule) => `${rule.name}.json`).sort(),
    );
  });
});

describe('publishers', () => {
  const code = ['containers', 'lambdas'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.test)\.ts$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
      .map((file) => readFileSync(join(root, folder, file), 'utf8')),
  );

  it('publish every event of the catalogue', () => {
    const published = new Set(
      code.flatMap((text) => [...text.matchAll(/createEvent\(\s*'(\w+)'/g)].map((match) => match[1])),
    );
    expect([...published].sort()).toEqual(Object.keys(eventCatalogue).sort());
  });

  it('go through createEvent, which takes source and version from the schema', () => {
    expect(code.filter((text) => /DetailType: *'/.test(text))).toEqual([]);
  });
});
