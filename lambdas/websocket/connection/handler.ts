import { logger, observed } from '@yorozu/lambda-shared/observability';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { deps } from './deps';
import { receive } from './connection';

/** API Gateway adds what the authorizer put into its context. */
type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly requestContext: { readonly authorizer?: { readonly userId?: string } };
};

/** $connect, $disconnect, and every message of a client. */
export const handler = (event: SocketEvent): Promise<APIGatewayProxyResultV2> =>
  observed(event.requestContext.requestId, async () => {
    const { connectionId, routeKey, authorizer } = event.requestContext;
    if (routeKey === '$connect') {
      if (authorizer?.userId === undefined) return { statusCode: 401 };
      await deps.connections.open(connectionId, authorizer.userId);
    } else if (routeKey === '$disconnect') {
      await deps.connections.close(connectionId);
      logger.debug('connection closed', { connectionId });
    } else {
      await receive(connectionId, event.body ?? '', deps);
    }
    return { statusCode: 200 };
  });
