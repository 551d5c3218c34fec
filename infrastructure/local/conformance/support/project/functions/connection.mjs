import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});
const management = new ApiGatewayManagementApiClient({ endpoint: process.env.WEBSOCKET_ENDPOINT });
let queueUrl;

/** Reports connects and disconnects to the queue; `whoami` is answered, any other message comes back over @connections. */
export const handler = async ({ requestContext, body, ...event }) => {
  const { eventType, connectionId, authorizer } = requestContext;
  if (eventType === 'MESSAGE') {
    if (requestContext.routeKey === 'whoami')
      return { statusCode: 200, body: JSON.stringify({ connectionId, authorizer }) };
    if (body === 'throw') throw new Error('thrown');
    const Data = JSON.stringify({ echo: body, routeKey: requestContext.routeKey, ...event });
    await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
    return { statusCode: 200 };
  }
  queueUrl ??= (await sqs.send(new GetQueueUrlCommand({ QueueName: process.env.QUEUE_NAME }))).QueueUrl;
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(requestContext) }));
  return { statusCode: authorizer?.ticket === 'refuse' ? 403 : 200 };
};
