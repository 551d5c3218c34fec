import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OrderRecord, OrderStatus } from '@yorozu/events';
import { SecretsManagerReader } from '@yorozu/lambda-shared/auth/keys';
import { clientSettings } from '@yorozu/lambda-shared/clients';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { EventBridgePublisher } from '@yorozu/lambda-shared/event-publisher';
import { HttpOrderIntakes } from '@yorozu/lambda-shared/order-intakes';
import { DynamoOrders } from '@yorozu/lambda-shared/orders';
import { SoonAgain } from '@yorozu/lambda-shared/soon-again';
import type { OrderProcessorDeps } from './order-processor';

const env = readEnv({
  ORDERS_TABLE: required,
  EVENT_BUS_NAME: required,
  ORDER_SAGA_ARN: required,
  CORE_API_URL: required,
  INTERNAL_SECRET_ID: required,
});
const tables = documentClient();
const orders = new DynamoOrders(tables, env.ORDERS_TABLE);
const stateMachines = new SFNClient(clientSettings);

async function insert(record: OrderRecord): Promise<OrderStatus> {
  try {
    await tables.send(
      new PutCommand({
        TableName: env.ORDERS_TABLE,
        Item: record,
        ConditionExpression: 'attribute_not_exists(order_id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return record.status;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item?.['status']?.S) {
      return error.Item['status'].S as OrderStatus;
    }
    throw error;
  }
}

/** The execution is named by the order: a second start of a running one is answered with it, of an ended one refused. */
async function start(orderId: string, input: object): Promise<void> {
  try {
    await stateMachines.send(
      new StartExecutionCommand({
        stateMachineArn: env.ORDER_SAGA_ARN,
        name: orderId,
        input: JSON.stringify(input),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/**
 * A buyer waits: once soon, for core-api that was away a little longer than a call is patient. The queue gives up after
 * three tries, so that the last one is left to the visibility timeout, which outlasts a deployment.
 */
export const comeBack = new SoonAgain(new SQSClient(clientSettings), (receives) =>
  receives === 1 ? 5 : undefined,
);

export const deps: OrderProcessorDeps = {
  intakes: new HttpOrderIntakes(env.CORE_API_URL, env.INTERNAL_SECRET_ID, new SecretsManagerReader()),
  orders: { insert, find: (order) => orders.find(order) },
  sagas: { start },
  events: new EventBridgePublisher(env.EVENT_BUS_NAME),
  now: () => new Date(),
};
