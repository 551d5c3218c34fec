import type { Stack } from '../start/stack';
import type { LocalState } from '../start/state';

export default async function tearDown(): Promise<void> {
  const { e2e } = globalThis as { e2e?: { stack: Stack; state: LocalState } };
  await e2e?.stack.stop();
  if (!process.env.E2E_KEEP) e2e?.state.reset();
}
