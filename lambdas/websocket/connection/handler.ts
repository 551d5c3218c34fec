import { logger, observed } from '@yorozu/lambda-shared/observability';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { deps } from './deps';
import { connect, disconnect, receive, type Owner } from './connection';

/** API Gateway adds what the authorizer put into its context. */
type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly requestContext: { readonly authorizer?: Partial<Owner> };
};

/** $connect, $disconnect, and every message of a client. */
export const handler = (event: SocketEvent): Promise<APIGatewayProxyResultV2> =>
  observed(event.requestContext.requestId, async () => {
    const { connectionId, routeKey, authorizer } = event.requestContext;
    if (routeKey === '$connect') {
      if (authorizer?.userId === undefined) return { statusCode: 401 };
      const { userId, sessionId } = authorizer;
      if (!(await connect(connectionId, { userId, sessionId }, deps))) return { statusCode: 401 };
    } else if (routeKey === '$disconnect') {
      await disconnect(connectionId, authorizer?.sessionId, deps);
      logger.debug('connection closed', { connectionId });
    } else {
      await receive(connectionId, event.body ?? '', deps);
    }
    return { statusCode: 200 };
  });
