import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { clientSettings } from './clients';

/** The clients of the WebSocket API, by @connections. */
export class WebSocketClients {
  private readonly client: Pick<ApiGatewayManagementApiClient, 'send'>;

  constructor(endpoint: string, client?: Pick<ApiGatewayManagementApiClient, 'send'>) {
    this.client =
      client ?? new ApiGatewayManagementApiClient({ ...clientSettings, maxAttempts: 2, endpoint });
  }

  /** False when the connection has gone (410). Throws what else the SDK throws. */
  async post(connectionId: string, data: Uint8Array): Promise<boolean> {
    try {
      await this.client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
      return true;
    } catch (error) {
      if (error instanceof GoneException) return false;
      throw error;
    }
  }

  /** Ends the connection; one that has gone is fine. */
  async close(connectionId: string): Promise<void> {
    try {
      await this.client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    } catch (error) {
      if (!(error instanceof GoneException)) throw error;
    }
  }
}
