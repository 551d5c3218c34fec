import type { Endpoints } from '../start/state';

/** Where the stack of this test run listens (scripts/e2e/setup.ts). */
export const endpoints = JSON.parse(process.env.E2E_ENDPOINTS ?? '{}') as Endpoints;
