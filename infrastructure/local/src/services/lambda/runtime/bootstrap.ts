import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { getHeapStatistics } from 'node:v8';
import { captureOutput } from './console';
import { describeError, logForm, RuntimeError } from './errors';
import { loadHandler, type Callback, type Handler } from './load-handler';
import { LogWriter } from './log-channel';
import { maximumResponse, type EnvironmentData, type InvokeMessage, type WorkerMessage } from './messages';

/**
 * The inside of an execution environment: loads one function once and runs its invocations one after the other.
 * It stands where AWS has the Node.js runtime interface client.
 */
const backgroundPriority = 5;
const data = workerData as EnvironmentData;
if (!parentPort) throw new Error('the Lambda bootstrap runs in a worker thread');
const port = parentPort;
// What answers shoppers and the thread that serves every AWS call go first; on Linux this is about this thread only.
if (process.platform === 'linux') setPriority(backgroundPriority);
const post = (message: WorkerMessage): void => port.postMessage(message);

let requestId = '';
let measuredAt = 0;
let heapUsed = 0;

const logs = new LogWriter(data.logs, (records) => post(['log', records]));
captureOutput(
  (message) => logs.write(message),
  () => requestId,
);

/** Reading the heap statistics costs more than many an invocation, so it is done once a second at most. */
function heap(): number {
  const now = Date.now();
  if (now - measuredAt > 1000) {
    measuredAt = now;
    heapUsed = getHeapStatistics().used_heap_size;
  }
  return heapUsed;
}

function contextOf(
  id: string,
  deadline: number,
  clientContext: string | undefined,
  callback: Callback,
): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: data.logGroup,
    logStreamName: data.logStream,
    invokedFunctionArn: data.functionArn,
    awsRequestId: id,
    clientContext: clientContext === undefined ? undefined : (JSON.parse(clientContext) as unknown),
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: callback,
    succeed: (result: unknown) => callback(null, result),
    fail: (error: unknown) => callback(error ?? new Error('fail')),
  };
}

function fail(error: unknown): void {
  console.error('Invoke Error', `\t${logForm(error)}`);
  post(['failed', JSON.stringify(describeError(error)), heap()]);
}

function succeed(result: unknown): void {
  let text: string;
  try {
    text = JSON.stringify(result) ?? 'null';
  } catch {
    fail(new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body'));
    return;
  }
  if (text.length * 3 > maximumResponse && Buffer.byteLength(text) > maximumResponse) {
    const message = `Response payload size exceeded maximum allowed payload size (${maximumResponse} bytes).`;
    post([
      'failed',
      JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage: message }),
      heap(),
    ]);
    return;
  }
  post(['done', text, heap()]);
}

function invoke(handler: Handler, [id, event, deadline, logsRead, clientContext]: InvokeMessage): void {
  requestId = id;
  logs.begin(logsRead);
  let answered = false;
  const once =
    <T>(action: (value: T) => void) =>
    (value: T): void => {
      if (answered) return;
      answered = true;
      action(value);
    };
  const failed = once(fail);
  const succeeded = once(succeed);
  const callback: Callback = (error, result) => (error == null ? succeeded(result) : failed(error));
  try {
    const returned = handler(JSON.parse(event), contextOf(id, deadline, clientContext, callback), callback);
    if (isThenable(returned)) returned.then(succeeded, failed);
    // A handler without a callback that returns no promise has answered nothing, whatever else it returns.
    else if (handler.length < 3) succeeded(undefined);
  } catch (error) {
    failed(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function die(kind: string, error: unknown): void {
  console.error(kind, `\t${logForm(error)}`);
  post(['fatal', JSON.stringify(describeError(error))]);
  process.exit(1);
}

process.on('uncaughtException', (error) => die('Uncaught Exception', error));
process.on('unhandledRejection', (reason) => {
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  const error = new RuntimeError('Runtime.UnhandledPromiseRejection', message);
  if (reason instanceof Error && reason.stack) error.stack = reason.stack;
  die('Unhandled Promise Rejection', error);
});

loadHandler(data.file, data.handler).then(
  (handler) => {
    port.on('message', (message: InvokeMessage) => invoke(handler, message));
    post(['ready', heap()]);
  },
  (error: unknown) => {
    console.error(logForm(error));
    post(['init-failed', JSON.stringify(describeError(error))]);
    process.exit(1);
  },
);
