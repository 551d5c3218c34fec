import { DynamoSessionConnections } from '@yorozu/lambda-shared/auth/session-connections.adapter';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { WebSocketClients } from '@yorozu/lambda-shared/websocket-clients';
import { DynamoConnections } from './connections.adapter';

const env = readEnv({ CONNECTIONS_TABLE: required, SESSIONS_TABLE: required, WEBSOCKET_ENDPOINT: required });
const tables = documentClient();
const clients = new WebSocketClients(env.WEBSOCKET_ENDPOINT);

export const deps = {
  connections: new DynamoConnections(tables, env.CONNECTIONS_TABLE),
  sessions: new DynamoSessionConnections(tables, env.SESSIONS_TABLE),
  client: {
    /** A client that has gone needs no answer. */
    send: async (connectionId: string, frame: object): Promise<void> => {
      await clients.post(connectionId, Buffer.from(JSON.stringify(frame)));
    },
  },
};
