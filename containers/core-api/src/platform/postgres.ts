import { Pool } from '@yorozu/postgres';
import type { Logger } from './logger';

export { inTransaction, type Pool, type PoolClient } from '@yorozu/postgres';

export function createPool(url: string, logger: Logger): Pool {
  return new Pool({
    connectionString: url,
    application_name: 'core-api',
    max: 16,
    onLost: (error) => logger.warn({ err: error }, 'postgres connection lost'),
  });
}
