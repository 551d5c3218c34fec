import { createHash } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import type { Collection } from '../../store/store';
import { RetryQueue, type Retry } from '../retry-queue';
import type { Target } from './model';

/** One event for one target. */
export interface DeliveryJob {
  readonly ruleArn: string;
  readonly target: Target;
  /** What the target gets. */
  readonly input: string;
  readonly eventId: string;
  readonly replayName?: string;
  /** How many buses the event has been through. */
  readonly hops: number;
}

export interface DeliveryOptions {
  /** First pause before a retry in milliseconds; doubles up to the longest. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

/** Codes of dead letters. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const deadLetterCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'NO_RESOURCE',
  NotFound: 'NO_RESOURCE',
  ResourceNotFoundException: 'NO_RESOURCE',
  StateMachineDoesNotExist: 'NO_RESOURCE',
  AccessDeniedException: 'NO_PERMISSIONS',
  TooManyRequestsException: 'THROTTLING',
  ThrottlingException: 'THROTTLING',
  OverLimit: 'THROTTLING',
  ExecutionLimitExceeded: 'RESOURCE_LIMIT_EXCEEDED',
};
const worthRetrying = new Set(['THROTTLING', 'RESOURCE_LIMIT_EXCEEDED', 'INTERNAL_ERROR']);

function deadLetterCode(error: unknown): string {
  if (!(error instanceof AwsError)) return 'INTERNAL_ERROR';
  return deadLetterCodes[error.code] ?? (error.status < 500 ? 'INVALID_PARAMETER' : 'INTERNAL_ERROR');
}

/**
 * Hands events to targets. A failed delivery is kept and tried again with backoff until it succeeds, the target's
 * retry policy ends or the event is too old; then it goes to the target's dead-letter queue. AWS does not retry what
 * cannot work, such as a target that is gone.
 */
export class Delivery {
  private readonly retries: RetryQueue<DeliveryJob>;

  constructor(
    private readonly context: CloudContext,
    pending: Collection<Retry<DeliveryJob>>,
    private readonly options: DeliveryOptions,
    private readonly forward: (job: DeliveryJob) => Promise<void>,
  ) {
    this.retries = new RetryQueue(pending, {
      attempt: (job) => this.send(job),
      pause: (retry, error) => this.pause(retry, error),
      giveUp: (retry, error) => this.bury(retry, error),
    });
  }

  start(): void {
    this.retries.start();
  }

  stop(): Promise<void> {
    return this.retries.stop();
  }

  /** Resolves when the target has the event, or it waits for a retry, or it is a dead letter. */
  deliver(job: DeliveryJob): Promise<void> {
    return this.retries.run(job);
  }

  private async send(job: DeliveryJob): Promise<void> {
    const { ports } = this.context;
    const { input, target } = job;
    const { Arn: arn } = target;
    switch (arn.split(':')[2]) {
      case 'sqs': {
        const groupId = target.SqsParameters?.MessageGroupId;
        await ports.queues.send(arn, groupId === undefined ? { body: input } : { body: input, groupId });
        return;
      }
      case 'sns':
        await ports.topics.publish({ topicArn: arn, message: input });
        return;
      case 'lambda':
        await ports.functions.invokeAsync(arn, input);
        return;
      case 'states':
        await this.startExecution(job);
        return;
      case 'events':
        await this.forward(job);
        return;
      default:
        throw new AwsError('ResourceNotFoundException', `No target of this kind: ${arn}`);
    }
  }

  /** The name comes from the event, so that a retry of a start that had worked finds the execution. */
  private async startExecution({ target, input, eventId, ruleArn, replayName }: DeliveryJob): Promise<void> {
    const origin = createHash('sha256').update([ruleArn, target.Id, replayName].join('\n')).digest('hex');
    const name = `${eventId}_${origin.slice(0, 36)}`;
    try {
      await this.context.ports.stateMachines.startExecution({ stateMachineArn: target.Arn, name, input });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ExecutionAlreadyExists') throw error;
    }
  }

  private pause({ job, retries, firstAt }: Retry<DeliveryJob>, error: unknown): number | undefined {
    const { attempts, endAt } = policyOf(job, firstAt);
    if (!worthRetrying.has(deadLetterCode(error)) || retries >= attempts || Date.now() >= endAt)
      return undefined;
    const pause = Math.min(
      this.options.longestRetryMs,
      this.options.firstRetryMs * 2 ** Math.min(retries, 30),
    );
    return Math.min(pause * (0.5 + Math.random() / 2), Math.max(0, endAt - Date.now()));
  }

  private async bury(retry: Retry<DeliveryJob>, error: unknown): Promise<void> {
    const { job, retries } = retry;
    const queueArn = job.target.DeadLetterConfig?.Arn;
    const code = deadLetterCode(error);
    const message = error instanceof Error ? error.message : String(error);
    this.count('FailedInvocations', job.ruleArn);
    if (!queueArn) {
      console.error(
        `EventBridge gave up delivering to ${job.target.Arn} (${code}: ${message}); it has no dead-letter queue`,
      );
      return;
    }
    const exhausted = worthRetrying.has(code) ? exhaustedCondition(retry) : undefined;
    const attributes = {
      RULE_ARN: job.ruleArn,
      TARGET_ARN: job.target.Arn,
      ERROR_CODE: code,
      ERROR_MESSAGE: message || code,
      RETRY_ATTEMPTS: String(retries),
      ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
    };
    const typed = Object.entries(attributes).map(
      ([name, stringValue]) => [name, { dataType: 'String', stringValue }] as const,
    );
    try {
      await this.context.ports.queues.send(queueArn, {
        body: job.input,
        attributes: Object.fromEntries(typed),
      });
      this.count('InvocationsSentToDlq', job.ruleArn);
    } catch (failure) {
      console.error(`EventBridge could not write to the dead-letter queue ${queueArn}`, failure);
      this.count('InvocationsFailedToBeSentToDlq', job.ruleArn);
    }
  }

  private count(name: string, ruleArn: string): void {
    const RuleName = ruleArn.slice(ruleArn.lastIndexOf('/') + 1);
    const datum = { name, dimensions: { RuleName }, unit: 'Count', values: [1], timestamp: Date.now() };
    this.context.ports.metrics.put('AWS/Events', [datum]);
  }
}

function policyOf({ target }: DeliveryJob, firstAt: number): { attempts: number; endAt: number } {
  const { MaximumRetryAttempts = 185, MaximumEventAgeInSeconds = 86_400 } = target.RetryPolicy ?? {};
  return { attempts: MaximumRetryAttempts, endAt: firstAt + MaximumEventAgeInSeconds * 1_000 };
}

const exhaustedCondition = ({ job, retries, firstAt }: Retry<DeliveryJob>): string =>
  retries >= policyOf(job, firstAt).attempts ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds';
