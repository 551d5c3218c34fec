import { AwsError } from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import type { Collection } from '../../store/store';
import type { Target } from './model';

/** A delivery that failed and will be tried again. Kept on disk. */
interface Pending {
  readonly id: string;
  readonly ruleArn: string;
  readonly target: Target;
  readonly input: string;
  /** Epoch milliseconds. */
  readonly firstAt: number;
  nextAt: number;
  /** Retries made so far. */
  retries: number;
}

export interface DeliveryOptions {
  /** First pause before a retry in milliseconds; doubles up to the longest. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

/** AWS does not retry what cannot work. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const permanent: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'RESOURCE_NOT_FOUND',
  NotFound: 'RESOURCE_NOT_FOUND',
  NotFoundException: 'RESOURCE_NOT_FOUND',
  ResourceNotFoundException: 'RESOURCE_NOT_FOUND',
  StateMachineDoesNotExist: 'RESOURCE_NOT_FOUND',
  AccessDeniedException: 'NO_PERMISSIONS',
};

/**
 * Hands events to targets. A failed delivery is kept and tried again with backoff until it succeeds, the target's
 * retry policy ends or the event is too old; then it goes to the target's dead-letter queue.
 */
export class Delivery {
  private timer: NodeJS.Timeout | undefined;
  private readonly running = new Set<Promise<void>>();
  private sequence = 0;
  private stopped = false;

  constructor(
    private readonly context: CloudContext,
    private readonly pending: Collection<Pending>,
    private readonly options: DeliveryOptions,
    private readonly forward: (busArn: string, input: string) => Promise<void>,
  ) {}

  start(): void {
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.all(this.running);
  }

  /** Resolves when the target has the event or the failed delivery is queued for a retry. Never rejects. */
  async deliver(target: Target, input: string, ruleArn: string): Promise<void> {
    try {
      await this.send(target, input);
    } catch (error) {
      const firstAt = Date.now();
      const attempt: Pending = {
        id: `${firstAt}-${this.sequence++}`,
        ruleArn,
        target,
        input,
        firstAt,
        nextAt: 0,
        retries: 0,
      };
      await this.afterFailure(attempt, error);
    }
  }

  private async send({ Arn: arn }: Target, input: string): Promise<void> {
    const { ports } = this.context;
    switch (arn.split(':')[2]) {
      case 'sqs':
        await ports.queues.send(arn, { body: input });
        return;
      case 'sns':
        await ports.topics.publish({ topicArn: arn, message: input });
        return;
      case 'lambda':
        await ports.functions.invokeAsync(arn, input);
        return;
      case 'states':
        await ports.stateMachines.startExecution({ stateMachineArn: arn, input });
        return;
      case 'events':
        await this.forward(arn, input);
        return;
      default:
        throw new AwsError('ResourceNotFoundException', `No target of this kind: ${arn}`);
    }
  }

  private async afterFailure(attempt: Pending, error: unknown): Promise<void> {
    const code = error instanceof AwsError ? error.code : 'InternalFailure';
    const { MaximumRetryAttempts = 185, MaximumEventAgeInSeconds = 86_400 } =
      attempt.target.RetryPolicy ?? {};
    const reason = permanent[code];
    const tooOld = Date.now() - attempt.firstAt >= MaximumEventAgeInSeconds * 1_000;
    if (reason === undefined && attempt.retries < MaximumRetryAttempts && !tooOld) {
      const pause = Math.min(this.options.longestRetryMs, this.options.firstRetryMs * 2 ** attempt.retries);
      attempt.nextAt = Date.now() + pause * (0.5 + Math.random() / 2);
      this.pending.set(attempt.id, attempt);
      this.schedule();
      return;
    }
    this.pending.delete(attempt.id);
    this.count('FailedInvocations', attempt.ruleArn);
    const condition = tooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts';
    await this.bury(attempt, reason ?? code, error, reason === undefined ? condition : undefined);
  }

  private async bury(
    attempt: Pending,
    code: string,
    error: unknown,
    exhausted: string | undefined,
  ): Promise<void> {
    const queueArn = attempt.target.DeadLetterConfig?.Arn;
    const message = error instanceof Error ? error.message : String(error);
    if (!queueArn) {
      console.error(
        `EventBridge gave up delivering to ${attempt.target.Arn} (${code}: ${message}) and the target has no DLQ`,
      );
      return;
    }
    const attributes = {
      RULE_ARN: attempt.ruleArn,
      TARGET_ARN: attempt.target.Arn,
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      RETRY_ATTEMPTS: String(attempt.retries),
      ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
    };
    const typed = Object.entries(attributes).map(
      ([name, value]) => [name, { dataType: 'String', stringValue: value }] as const,
    );
    try {
      await this.context.ports.queues.send(queueArn, {
        body: attempt.input,
        attributes: Object.fromEntries(typed),
      });
      this.count('InvocationsSentToDlq', attempt.ruleArn);
    } catch (failure) {
      console.error(`EventBridge could not write to the dead-letter queue ${queueArn}`, failure);
      this.count('InvocationsFailedToBeSentToDlq', attempt.ruleArn);
    }
  }

  private count(name: string, ruleArn: string): void {
    const RuleName = ruleArn.split('/').at(-1) ?? ruleArn;
    const datum = { name, dimensions: { RuleName }, unit: 'Count', values: [1], timestamp: Date.now() };
    this.context.ports.metrics.put('AWS/Events', [datum]);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    let earliest = Infinity;
    for (const { nextAt } of this.pending.values()) earliest = Math.min(earliest, nextAt);
    if (earliest === Infinity) return;
    this.timer = setTimeout(() => this.retryDue(), Math.max(5, earliest - Date.now()));
    this.timer.unref();
  }

  private retryDue(): void {
    const now = Date.now();
    for (const attempt of [...this.pending.values()].filter(({ nextAt }) => nextAt <= now)) {
      // Not due again while it is under way; a crash now tries it again after the restart.
      attempt.nextAt = Infinity;
      attempt.retries += 1;
      const run: Promise<void> = this.retry(attempt).finally(() => this.running.delete(run));
      this.running.add(run);
    }
    this.schedule();
  }

  private async retry(attempt: Pending): Promise<void> {
    try {
      await this.send(attempt.target, attempt.input);
      this.pending.delete(attempt.id);
    } catch (error) {
      await this.afterFailure(attempt, error);
    }
    this.schedule();
  }
}

export type PendingDeliveries = Collection<Pending>;
