import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildServices } from '../lib/build-services';
import { loadDemoData } from '../seed/load';
import { Stack } from '../start/stack';
import { LocalState } from '../start/state';

/** The whole shop once for all end-to-end tests: own data, free ports, demo catalogue. */
export default async function setUp(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'yorozu-e2e-'));
  const state = new LocalState(directory);
  state.prepare();
  const anyFree = { storefront: 0, gateway: 0, coreApi: 0, stockService: 0, aws: 0, opensearch: 0 };
  const stack = await Stack.create({
    state,
    ports: anyFree,
    onEvent: (event) => {
      if (event.kind !== 'started') console.error(`e2e: ${event.name} ${event.kind}`, event);
    },
  });
  await Promise.all([stack.startStores(), buildServices()]);
  await stack.migrate();
  await loadDemoData(stack.endpoints, { onlyIfEmpty: true, log: () => undefined });
  await stack.startServices();
  process.env.E2E_ENDPOINTS = JSON.stringify(stack.endpoints);
  process.env.E2E_DIRECTORY = directory;
  (globalThis as { e2e?: { stack: Stack; state: LocalState } }).e2e = { stack, state };
}
