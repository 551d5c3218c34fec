import { startTestServer } from './postgres';

/** One Postgres for all test files of a run; each file makes its own database (startTestPostgres). */
export default async function setUp(): Promise<void> {
  const server = await startTestServer();
  process.env.TEST_POSTGRES_URL = server.url;
  (globalThis as { stopTestPostgres?: () => Promise<void> }).stopTestPostgres = () => server.stop();
}
