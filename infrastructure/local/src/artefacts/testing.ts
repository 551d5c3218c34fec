import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ArtefactError } from './errors';
import { loadArtefacts, type Loaded, type LoadOptions } from './load';

/** A repository with artefacts, made anew for each test of the file that imports this. */
export let root: string;

export const resources = {
  eventBus: { name: 'bus', archive: { name: 'archive', retentionDays: 1 } },
  buckets: [],
  tables: [],
  queues: [{ name: 'orders', maxReceiveCount: 3, deadLetterQueue: 'dead' }, { name: 'dead' }],
  topics: [{ name: 'alerts', subscriptions: [] }],
};
export const rule = {
  name: 'rule',
  description: 'a rule',
  eventPattern: { source: ['a'] },
  targets: [{ id: 'queue', type: 'sqs', resource: 'orders', deadLetterQueue: 'dead' }],
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yorozu-artefacts-'));
  write('infrastructure/resources.json', JSON.stringify(resources));
  write('events/rules/rule.json', JSON.stringify(rule));
  write('lambdas/a/handler.ts', '');
  write('lambdas/b/main.mjs', '');
});

afterEach(() => rmSync(root, { recursive: true }));

export function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

export function load(template: string, options: Partial<LoadOptions> = {}): Loaded {
  write('infrastructure/sam/template.yaml', template);
  return loadArtefacts({ root, ...options });
}

export function failure(run: () => unknown): ArtefactError {
  try {
    run();
  } catch (error) {
    if (error instanceof ArtefactError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

export const functionA = `
  A:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: a, CodeUri: ../../lambdas/a/, Handler: handler.handler }
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [handler.ts] } }`;
