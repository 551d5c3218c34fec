/** Quotas of WebSocket APIs: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
export interface WebSocketLimits {
  readonly frameBytes: number;
  readonly messageBytes: number;
  readonly idleMs: number;
  readonly durationMs: number;
  /** Ours: what may wait for a slow client before its connection is cut. */
  readonly bufferedBytes: number;
  /** Ours: messages of one client that may wait for the ones before; then reading pauses. */
  readonly queuedMessages: number;
}

export const defaultLimits: WebSocketLimits = {
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  idleMs: 10 * 60_000,
  durationMs: 2 * 60 * 60_000,
  bufferedBytes: 1024 * 1024,
  queuedMessages: 100,
};
