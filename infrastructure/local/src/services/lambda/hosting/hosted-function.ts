import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { AwsError } from '../../../endpoint/aws';
import { countOperation } from '../../../endpoint/operations';
import type { Invocation } from '../../../ports';
import { InvocationLog, type InvocationLogs } from '../invocation-log';
import type { InvocationMetrics } from '../invocation-metrics';
import type { FunctionRecord } from '../model';
import { parseRecords } from '../runtime/log-channel';
import { logGroupOf } from '../variables';
import type { Capacity } from './capacity';
import type { Environment, EnvironmentSettings, Outcome } from './environment';
import { FunctionPool, type PoolLimits } from './pool';

export interface InvokeOptions {
  readonly requestId?: string;
  readonly clientContext?: string | undefined;
  readonly logTail?: boolean;
}

export interface Host {
  readonly capacity: Capacity;
  readonly limits: PoolLimits;
  readonly logs: InvocationLogs;
  readonly metrics: InvocationMetrics;
  readonly bootstrap: string;
  /** Absolute path of the module; undefined while it is being built. */
  codeFile(record: FunctionRecord): string | undefined;
  codeReady(record: FunctionRecord): Promise<void>;
  variables(record: FunctionRecord, taskRoot: string): Readonly<Record<string, string>>;
}

/** A function with its environments: runs invocations and writes down what they did. */
export class HostedFunction {
  lastUsed = 0;
  private readonly pool: FunctionPool;
  private readonly running = new Map<Environment, InvocationLog>();

  constructor(
    public record: FunctionRecord,
    private readonly host: Host,
  ) {
    this.pool = new FunctionPool(
      {
        environment: () => this.settings(),
        codeReady: () => host.codeReady(this.record),
        timeoutMs: () => this.record.timeoutSeconds * 1000,
        reservedConcurrency: () => this.record.reservedConcurrency,
        onOrphanLogs: (environment) => {
          host.logs.write(this.record.name, environment.logStream, parseRecords(environment.takeLogs()));
        },
      },
      host.capacity,
      host.limits,
    );
  }

  get environments(): number {
    return this.pool.environments;
  }

  /** Environments that exist are not used again where `restart` is set (code, configuration). */
  update(record: FunctionRecord, restart: boolean): void {
    this.record = record;
    if (restart) this.pool.retire();
  }

  /** Throws AwsError `TooManyRequestsException`. */
  async invoke(payload: string, options: InvokeOptions = {}): Promise<Invocation> {
    const requestId = options.requestId ?? randomUUID();
    const log = new InvocationLog(this.host.logs, this.record.name, requestId, options.logTail === true);
    let environment: Environment | undefined;
    let initMs: number | undefined;
    const onStart = (started: Environment): void => {
      environment = started;
      initMs = started.initMs;
      started.initMs = undefined;
      this.running.set(started, log);
    };
    countOperation('lambda', `Invocation ${this.record.name}`);
    this.lastUsed = Date.now();
    const concurrency = this.pool.inFlight + 1;
    const outcome = await this.run({
      requestId,
      event: payload,
      clientContext: options.clientContext,
      onStart,
    });
    const failed = outcome.kind !== 'done';
    if (environment) {
      this.running.delete(environment);
      log.finish(environment, outcome, initMs);
    }
    this.host.metrics.invoked(this.record.name, outcome.durationMs, failed, concurrency);
    return {
      statusCode: 200,
      payload: outcome.payload,
      executedVersion: '$LATEST',
      ...(failed && { functionError: 'Unhandled' }),
      ...(options.logTail === true && { logTail: log.tail() }),
    };
  }

  /** Hands over the lines of invocations that have been running for a while. */
  flushLogs(): boolean {
    for (const environment of this.pool.longRunning(400)) this.running.get(environment)?.flush(environment);
    return this.running.size > 0;
  }

  /** Makes sure that there is an environment to run the first invocation in. */
  warm(): void {
    this.pool.warm();
  }

  restart(): void {
    this.pool.retire();
  }

  reap(idleSince: number): void {
    this.pool.reap(idleSince);
  }

  close(): void {
    this.pool.close();
  }

  kill(): void {
    this.pool.kill();
  }

  private async run(job: Parameters<FunctionPool['run']>[0]): Promise<Outcome> {
    try {
      return await this.pool.run(job);
    } catch (error) {
      if (error instanceof AwsError && error.status === 429) this.host.metrics.throttled(this.record.name);
      throw error;
    }
  }

  private settings(): EnvironmentSettings | undefined {
    const file = this.host.codeFile(this.record);
    if (file === undefined) return undefined;
    return {
      functionName: this.record.name,
      functionArn: this.record.arn,
      logGroup: logGroupOf(this.record.name),
      memoryMb: this.record.memoryMb,
      file,
      handler: this.record.handler.slice(this.record.handler.indexOf('.') + 1),
      variables: this.host.variables(this.record, dirname(file)),
      bootstrap: this.host.bootstrap,
    };
  }
}
