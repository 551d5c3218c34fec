/**
 * The event contracts of the shop: types and validators generated from `schemas/`, the order's life, and the shapes
 * of the records that more than one service reads.
 */
export * from './event';
export * from './generated/events';
export * from './order-record';
export * from './order-status';
