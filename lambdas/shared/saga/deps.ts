import { required } from '../env';
import { documentClient } from '../dynamodb';
import { EventBridgePublisher } from '../event-publisher';
import { DynamoOrderHistory } from '../order-history';
import type { StepDeps } from './step';

export const stepEnv = { ORDERS_TABLE: required, EVENT_BUS_NAME: required };

/** The order's history and the bus, for a container of a saga step. */
export function stepDeps(
  env: { ORDERS_TABLE: string; EVENT_BUS_NAME: string },
  client = documentClient(),
): StepDeps {
  return {
    history: new DynamoOrderHistory(client, env.ORDERS_TABLE),
    events: new EventBridgePublisher(env.EVENT_BUS_NAME),
  };
}
