import { observed } from '@yorozu/lambda-shared/observability';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { authorizeConnection } from './authorize-connection';
import { tickets } from './deps';

/** REQUEST authorizer of $connect. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html */
export const handler = (event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> =>
  observed(event.requestContext.requestId, async () => {
    const ticket = event.queryStringParameters?.['ticket'];
    const { effect, ...holder } = await authorizeConnection(ticket, tickets);
    return {
      principalId: 'userId' in holder ? holder.userId : 'anonymous',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: event.methodArn }],
      },
      ...('userId' in holder ? { context: { ...holder } } : {}),
    };
  });
