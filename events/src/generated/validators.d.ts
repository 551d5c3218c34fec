// Generated from events/schemas by events/scripts/generate.ts. Do not edit.
import type { ValidateFunction } from 'ajv';

export declare const OrderCancelled: ValidateFunction;
export declare const OrderCompleted: ValidateFunction;
export declare const OrderCreated: ValidateFunction;
export declare const OrderFailed: ValidateFunction;
export declare const OrderStatusChanged: ValidateFunction;
export declare const ProductChanged: ValidateFunction;
export declare const StockReleased: ValidateFunction;
export declare const StockReserved: ValidateFunction;
export declare const StockUpdated: ValidateFunction;
export declare const UserRegistered: ValidateFunction;
export declare const OrderCancelledV1: ValidateFunction;
export declare const OrderCompletedV1: ValidateFunction;
export declare const OrderCreatedV1: ValidateFunction;
export declare const OrderFailedV1: ValidateFunction;
