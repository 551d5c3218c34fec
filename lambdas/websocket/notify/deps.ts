import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { WebSocketClients } from '@yorozu/lambda-shared/websocket-clients';
import { DynamoAudience } from './audience.adapter';
import { RememberingAudience } from './remembering-audience';

const env = readEnv({ CONNECTIONS_TABLE: required, WEBSOCKET_ENDPOINT: required });

export const deps = {
  audience: new RememberingAudience(new DynamoAudience(documentClient(), env.CONNECTIONS_TABLE)),
  clients: new WebSocketClients(env.WEBSOCKET_ENDPOINT),
};
