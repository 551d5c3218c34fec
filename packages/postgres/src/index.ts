export { SilentConnectionError, withPatience } from './patience';
export { Pool, type PoolClient, type PoolOptions, type Queryable } from './pool';
export { begin, giveUp, inTransaction } from './transaction';
