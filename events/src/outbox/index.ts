export { insertOutbox, type OutboxEvent, type OutboxTable, type Queryable } from './insert';
export { OutboxRelay, type OutboxRelayOptions, type RelayLogger } from './relay';
