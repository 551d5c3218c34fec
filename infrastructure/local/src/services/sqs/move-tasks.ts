import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../../endpoint/aws';
import type { Collection } from '../../store/store';
import { invalidValue } from './errors';
import type { Message } from './message';
import type { Queue } from './queue';
import type { QueueRegistry } from './registry';

export interface MoveTask {
  readonly id: string;
  readonly sourceArn: string;
  /** Absent: each message goes back to the queue it came from. */
  readonly destinationArn?: string;
  readonly maxPerSecond?: number;
  readonly startedAt: number;
  readonly toMove: number;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  readonly moved: number;
  readonly failureReason?: string;
}

const chunk = 100;

/**
 * StartMessageMoveTask: empties a dead-letter queue into where its messages came from, or elsewhere. Tasks run in
 * chunks beside everything else and go on after a restart.
 */
export class MoveTasks {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly registry: QueueRegistry,
    private readonly tasks: Collection<MoveTask>,
    /** Moves as AWS does: a new message with the same content. */
    private readonly resend: (target: Queue, message: Message) => void,
  ) {}

  resume(): void {
    for (const task of this.tasks.values()) {
      if (task.status === 'RUNNING' || task.status === 'CANCELLING') this.launch(task.id);
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  start(sourceArn: string, destinationArn: string | undefined, maxPerSecond: number | undefined): string {
    const source = this.find(sourceArn);
    if (this.registry.sourcesOf(source).length === 0) {
      throw invalidValue('Source queue must be configured as a Dead Letter Queue.');
    }
    if (destinationArn !== undefined) this.find(destinationArn);
    if (destinationArn === sourceArn)
      throw invalidValue('Source queue arn and destination queue arn cannot be the same.');
    for (const task of this.tasks.values()) {
      if (task.sourceArn === sourceArn && task.status === 'RUNNING') {
        throw new AwsError(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
    }
    const id = randomUUID();
    this.tasks.set(id, {
      id,
      sourceArn,
      ...(destinationArn === undefined ? {} : { destinationArn }),
      ...(maxPerSecond === undefined ? {} : { maxPerSecond }),
      startedAt: Date.now(),
      toMove: source.depths().visible,
      status: 'RUNNING',
      moved: 0,
    });
    this.launch(id);
    return handleOf(id, sourceArn);
  }

  /** Answers how many messages have been moved. What was moved stays moved. */
  cancel(handle: string): number {
    const id = idOf(handle);
    const task = id === undefined ? undefined : this.tasks.get(id);
    if (!task)
      throw new AwsError(
        'ResourceNotFoundException',
        "The resource that you specified for the TaskHandle parameter doesn't exist.",
      );
    if (task.status !== 'RUNNING')
      throw new AwsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
    this.tasks.set(task.id, { ...task, status: 'CANCELLING' });
    return task.moved;
  }

  /** The latest first. Only a running task has a handle. */
  list(sourceArn: string, most: number): (MoveTask & { handle?: string })[] {
    this.find(sourceArn);
    const found = [...this.tasks.values()].filter((task) => task.sourceArn === sourceArn);
    found.sort((a, b) => b.startedAt - a.startedAt);
    return found
      .slice(0, most)
      .map((task) => (task.status === 'RUNNING' ? { ...task, handle: handleOf(task.id, sourceArn) } : task));
  }

  private find(arn: string): Queue {
    try {
      return this.registry.byArn(arn);
    } catch {
      throw new AwsError(
        'ResourceNotFoundException',
        "The resource that you specified for the SourceArn parameter doesn't exist.",
      );
    }
  }

  private launch(id: string): void {
    const run = this.run(id).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async run(id: string): Promise<void> {
    for (;;) {
      const task = this.tasks.get(id);
      if (!task || this.stopping.signal.aborted) return;
      if (task.status === 'CANCELLING') {
        this.tasks.set(id, { ...task, status: 'CANCELLED' });
        return;
      }
      const next = this.step(task);
      this.tasks.set(id, next);
      if (next.status !== 'RUNNING') return;
      const pause =
        task.maxPerSecond === undefined ? 0 : Math.min(1000, (1000 * perStep(task)) / task.maxPerSecond);
      await sleep(pause, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  private step(task: MoveTask): MoveTask {
    let moved = task.moved;
    try {
      const source = this.registry.byArn(task.sourceArn);
      for (let left = perStep(task); left > 0; left--) {
        const message = moved < task.toMove ? source.takeOne() : undefined;
        if (!message) return { ...task, moved, status: 'COMPLETED' };
        const target = task.destinationArn ?? message.record.deadLetterSource;
        if (target === undefined) {
          source.putBack(message);
          return { ...task, moved, status: 'FAILED', failureReason: 'CouldNotDetermineMessageSource' };
        }
        this.move(source, message, target);
        moved += 1;
      }
      return { ...task, moved };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ...task, moved, status: 'FAILED', failureReason: error.code };
    }
  }

  private move(source: Queue, message: Message, targetArn: string): void {
    let target: Queue;
    try {
      target = this.registry.byArn(targetArn);
    } catch (error) {
      source.putBack(message);
      throw error;
    }
    source.remove(message);
    this.resend(target, message);
  }
}

const perStep = (task: MoveTask): number =>
  Math.min(chunk, Math.max(1, Math.floor((task.maxPerSecond ?? chunk * 10) / 10)));

const handleOf = (id: string, sourceArn: string): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString('base64');

function idOf(handle: string): string | undefined {
  try {
    const { taskId } = JSON.parse(Buffer.from(handle, 'base64').toString('utf8')) as { taskId?: unknown };
    return typeof taskId === 'string' ? taskId : undefined;
  } catch {
    return undefined;
  }
}
