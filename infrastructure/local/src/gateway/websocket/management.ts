import type { AwsRequest, AwsResponse, ServiceModule } from '../../endpoint/aws';
import type { Connection } from './connection';
import { defaultLimits } from './limits';

/** What the management API needs to know of the gateway. */
export interface ConnectionDirectory {
  find(connectionId: string): Connection | undefined;
}

/**
 * `@connections`: POST sends to a client, GET describes and DELETE ends its connection; the path may begin with the
 * stage. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function createConnectionManagement(connections: ConnectionDirectory): ServiceModule {
  return {
    name: 'execute-api',
    async handle(request: AwsRequest): Promise<AwsResponse> {
      const id = connectionIdOf(request.path);
      if (id === undefined) return failure(403, 'ForbiddenException', 'Forbidden');
      const connection = connections.find(id);
      if (!connection || connection.socket.readyState !== connection.socket.OPEN) return gone;
      switch (request.method) {
        case 'POST':
          return post(connection, request.body);
        case 'GET':
          return describe(connection);
        case 'DELETE':
          connection.socket.close(1000, 'Connection Closed Normally');
          return { status: 204 };
        default:
          return failure(405, 'MethodNotAllowedException', `${request.method} is not allowed`);
      }
    },
  };
}

async function post(connection: Connection, body: Buffer): Promise<AwsResponse> {
  if (body.length > defaultLimits.messageBytes) {
    return failure(413, 'PayloadTooLargeException', 'Messages may have 128 KB at most');
  }
  return (await connection.send(body.toString('utf8'))) ? { status: 200 } : gone;
}

function describe({ connectedAt, lastActiveAt, identity }: Connection): AwsResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      connectedAt: new Date(connectedAt).toISOString(),
      identity,
      lastActiveAt: new Date(lastActiveAt).toISOString(),
    }),
  };
}

/** `/[stage/]@connections/<id>`, percent-encoded. */
function connectionIdOf(path: string): string | undefined {
  try {
    return /^(?:\/[^/]+)?\/@connections\/([^/]+)$/.exec(decodeURIComponent(path))?.[1];
  } catch {
    return undefined;
  }
}

function failure(status: number, code: string, message: string): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ message }),
  };
}

const gone = failure(410, 'GoneException', 'Gone');
