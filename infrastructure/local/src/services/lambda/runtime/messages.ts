/**
 * What the host and an execution environment (a worker thread) say to each other. Tuples of strings and numbers:
 * structured clone of those is several times cheaper than of nested objects.
 */

/** `[request id, event as JSON text, deadline (ms since the epoch), bytes of log the host has read, client context]` */
export type InvokeMessage = readonly [string, string, number, number, string | undefined];

export type WorkerMessage =
  /** The module is loaded: heap in use, bytes. */
  | readonly ['ready', number]
  /** The module could not be loaded: error payload. The thread ends. */
  | readonly ['init-failed', string]
  /** The handler returned: result as JSON text, heap in use. */
  | readonly ['done', string, number]
  /** The handler threw: error payload `{errorType, errorMessage, trace}`, heap in use. */
  | readonly ['failed', string, number]
  /** An error nobody caught: error payload. The thread ends. */
  | readonly ['fatal', string]
  /** Log records that did not fit into the shared buffer. */
  | readonly ['log', string];

export interface EnvironmentData {
  /** Absolute path of the module and dotted name of the export. */
  readonly file: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logs: SharedArrayBuffer;
}

/** Lambda's limit for a synchronous response, bytes. */
export const maximumResponse = 6_291_556;
