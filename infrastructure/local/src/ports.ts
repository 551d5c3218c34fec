import type { Store } from './store/store';

/**
 * What the services of the local cloud offer each other inside the process. Each service implements its own
 * port and takes the others' through its constructor, so that a test can wire two of them without the rest.
 */

export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly delaySeconds?: number;
  /** FIFO queues only. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

export interface MessageAttribute {
  readonly dataType: string;
  readonly stringValue?: string;
  /** base64 */
  readonly binaryValue?: string;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** ApproximateReceiveCount, SentTimestamp, ... as SQS names them. */
  readonly systemAttributes: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

/**
 * SQS. Queues are named by ARN. A missing queue throws AwsError `QueueDoesNotExist`. What a call changes is in order
 * with everything else written to the store and durable with its next flush. What is received here and not deleted is
 * visible again, as if it had never been received, as soon as another process has taken over.
 */
export interface QueuePort {
  send(queueArn: string, message: OutgoingMessage): Promise<{ messageId: string }>;
  receive(
    queueArn: string,
    options: { max: number; waitMs: number; visibilityTimeoutSeconds?: number; signal?: AbortSignal },
  ): Promise<ReceivedMessage[]>;
  delete(queueArn: string, receiptHandles: readonly string[]): Promise<void>;
  changeVisibility(queueArn: string, receiptHandle: string, seconds: number): Promise<void>;
  /** Messages ready to be received now. */
  depth(queueArn: string): number;
}

export interface Invocation {
  readonly statusCode: number;
  /** Set when the function threw or timed out: 'Unhandled'. The payload is then `{errorType, errorMessage, trace}`. */
  readonly functionError?: string;
  /** JSON text, as the function returned it. */
  readonly payload: string;
  readonly executedVersion: string;
  /** Last 4 KB of the log, base64 (InvokeCommand's LogResult). */
  readonly logTail?: string;
}

/** Lambda. Throws AwsError `TooManyRequestsException` (429) when throttled, `ResourceNotFoundException` (404). */
export interface FunctionPort {
  /** Waits for the result. `payload` is JSON text. `name`: function name or ARN (with or without qualifier). */
  invoke(name: string, payload: string): Promise<Invocation>;
  /** Queues an asynchronous invocation (retries, then the on-failure destination or DLQ, are Lambda's affair). */
  invokeAsync(name: string, payload: string): Promise<void>;
}

/** SNS. */
export interface TopicPort {
  publish(message: {
    topicArn: string;
    message: string;
    subject?: string;
    attributes?: Readonly<Record<string, MessageAttribute>>;
  }): Promise<{ messageId: string }>;
}

/** Step Functions. */
export interface StateMachinePort {
  /** Idempotent by name and input; throws AwsError `ExecutionAlreadyExists` where the input differs or it ended. */
  startExecution(input: {
    stateMachineArn: string;
    name?: string;
    input: string;
  }): Promise<{ executionArn: string; startDate: Date }>;
}

export interface EventEntry {
  readonly source: string;
  readonly detailType: string;
  /** JSON text of an object. */
  readonly detail: string;
  readonly eventBusName?: string;
  readonly resources?: readonly string[];
  readonly time?: Date;
}

/** EventBridge. Results stand in the order of the entries. */
export interface EventBusPort {
  putEvents(
    entries: readonly EventEntry[],
  ): Promise<{ eventId?: string; errorCode?: string; errorMessage?: string }[]>;
}

/** CloudWatch Logs. Groups and streams are made on first write. */
export interface LogPort {
  write(group: string, stream: string, events: readonly { timestamp: number; message: string }[]): void;
}

/** CloudWatch metrics (EMF lines in logs are turned into these). */
export interface MetricPort {
  put(namespace: string, data: readonly MetricDatum[]): void;
}

export interface MetricDatum {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly values: readonly number[];
  readonly timestamp: number;
}

/** Secrets Manager and SSM, for `{{resolve:...}}` in the SAM template. */
export interface SecretPort {
  secret(id: string): string | undefined;
}

/**
 * All ports, filled in as the services are made. Read a port when you use it, not when you are constructed:
 * EventBridge needs Lambda and Lambda needs SNS, so none of them can come first.
 */
export interface Ports {
  queues: QueuePort;
  topics: TopicPort;
  functions: FunctionPort;
  stateMachines: StateMachinePort;
  bus: EventBusPort;
  logs: LogPort;
  metrics: MetricPort;
  secrets: SecretPort;
}

/** What every service is made with. */
export interface CloudContext {
  readonly region: string;
  readonly accountId: string;
  /** e.g. http://localhost:4566, without a slash at the end. */
  readonly endpointUrl: string;
  readonly store: Store;
  readonly ports: Ports;
}
