import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionSpec } from '../../artefacts/model';
import type { AwsRequest, AwsResponse, ServiceModule } from '../../endpoint/aws';
import type { CloudContext, FunctionPort, Invocation } from '../../ports';
import type { Collection } from '../../store/store';
import { functionRoutes } from './api/function-routes';
import { handleInvoke } from './api/invoke';
import { mappingRoutes } from './api/mapping-routes';
import { failure, Router } from './api/router';
import { settingRoutes } from './api/setting-routes';
import { deliverOutcome } from './async/destinations';
import { EventQueue, type QueuedEvent } from './async/event-queue';
import { Bundles } from './code/bundles';
import { packageEntry } from './code/packages';
import { Functions } from './functions';
import { Capacity } from './hosting/capacity';
import { HostedFunction, type Host, type InvokeOptions } from './hosting/hosted-function';
import { MachineLoad } from './hosting/machine-load';
import { InvocationLogs } from './invocation-log';
import { InvocationMetrics } from './invocation-metrics';
import { fromSpec, functionArn, type FunctionRecord } from './model';
import type { LambdaOptions } from './options';
import { mappingFromSpec, type Mapping } from './sources/mapping';
import { Mappings } from './sources/mappings';
import { environmentVariables } from './variables';

const housekeepingMs = 500;
const reapEveryMs = 30_000;
/** Leaves the time after the start to the services that start then. */
const warmAfterMs = 4_000;
const warmEveryMs = 250;
const initTimeoutMs = 30_000;
/** What running batches have left to end in when the local cloud stops. */
const graceMs = 2000;
/** A small machine has two CPUs; more environments loading at once only make each of them later. */
const maximumLoading = 2;

export interface LambdaCollections {
  readonly functions: Collection<FunctionRecord>;
  readonly events: Collection<QueuedEvent>;
  readonly mappings: Collection<Mapping>;
}

export class LambdaService implements ServiceModule, FunctionPort {
  readonly name = 'lambda';
  readonly functions: Functions;
  readonly mappings: Mappings;
  readonly logs: InvocationLogs;
  readonly metrics: InvocationMetrics;
  private readonly bundles: Bundles;
  private readonly capacity: Capacity;
  private readonly queue: EventQueue;
  private readonly router: Router;
  private housekeeping: NodeJS.Timeout | undefined;
  private reaper: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly ctx: CloudContext,
    specs: readonly FunctionSpec[],
    private readonly options: LambdaOptions,
    bootstrap: string,
    collections: LambdaCollections,
  ) {
    const load = new MachineLoad();
    const isSaturated = options.isSaturated ?? ((): boolean => load.isSaturated());
    this.capacity = new Capacity(options.maximumEnvironments ?? 40, maximumLoading, isSaturated);
    this.logs = new InvocationLogs(() => ctx.ports.logs, options.logDirectory);
    this.metrics = new InvocationMetrics(() => ctx.ports.metrics);
    this.bundles = new Bundles(
      {
        directory: options.directory,
        watch: options.watch ?? true,
        onReplaced: (name) => this.functions.find(name)?.restart(),
        lastUsed: (name) => this.functions.find(name)?.lastUsed ?? 0,
      },
      specs,
    );
    const host: Host = {
      capacity: this.capacity,
      limits: { queueWaitMs: options.queueWaitMs ?? 10_000, initTimeoutMs },
      logs: this.logs,
      metrics: this.metrics,
      bootstrap,
      codeFile: (record) =>
        record.code.kind === 'source'
          ? this.bundles.file(record.name)
          : packageEntry(record.code, record.handler),
      codeReady: (record) => this.bundles.ready(record.name),
      variables: (record, taskRoot) => environmentVariables(ctx, record, taskRoot),
    };
    const templates = specs.map((spec) => fromSpec(spec, functionArn(ctx.region, ctx.accountId, spec.name)));
    this.functions = new Functions(
      ctx,
      collections.functions,
      (record) => new HostedFunction(record, host),
      templates,
    );
    this.queue = new EventQueue(collections.events, {
      retryDelaysMs: options.asyncRetryDelaysMs ?? [60_000, 120_000],
      find: (name) => this.functions.find(name),
      onEnd: async (end) => {
        const hosted = this.functions.find(end.event.functionName);
        if (hosted) await deliverOutcome(ctx, hosted.record, end);
      },
    });
    const templateMappings = specs.flatMap((spec) =>
      spec.eventSources.map((source) => mappingFromSpec(spec.name, source)),
    );
    this.mappings = new Mappings(
      ctx,
      collections.mappings,
      (name, payload) => this.invoke(name, payload),
      templateMappings,
    );
    this.router = new Router(
      [...functionRoutes(this, options.directory), ...settingRoutes(this), ...mappingRoutes(this)],
      () => ctx.store.flushed(),
    );
  }

  async start(): Promise<void> {
    this.bundles.start();
    this.queue.start();
    this.mappings.start();
    this.reaper = setInterval(() => {
      const before = performance.now() - (this.options.idleMs ?? 900_000);
      for (const hosted of this.functions.all()) hosted.reap(before);
    }, reapEveryMs).unref();
    void this.warm(this.options.warm ?? []);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.reaper);
    clearInterval(this.housekeeping);
    this.queue.stop();
    const pollers = this.mappings.stop();
    await Promise.race([pollers, sleep(graceMs, undefined, { ref: false })]);
    for (const hosted of this.functions.all()) hosted.kill();
    await pollers;
    await this.bundles.stop();
    this.metrics.flush();
    await this.logs.close();
  }

  /** Resolves when all bundles are built; only tools need to wait for that. */
  built(): Promise<void> {
    return this.bundles.settled();
  }

  async invoke(name: string, payload: string, options?: InvokeOptions): Promise<Invocation> {
    const hosted = this.functions.get(name);
    this.housekeeping ??= setInterval(() => this.flushLogs(), housekeepingMs).unref();
    return hosted.invoke(payload, options);
  }

  async invokeAsync(name: string, payload: string): Promise<void> {
    this.enqueue(name, payload);
    await this.ctx.store.flushed();
  }

  /** Asynchronous invocations that have not come to their end. */
  pendingEvents(): number {
    return this.queue.size;
  }

  /** Asynchronous invocation; accepted once the store is flushed. */
  enqueue(name: string, payload: string, requestId?: string): void {
    const { record } = this.functions.get(name);
    this.housekeeping ??= setInterval(() => this.flushLogs(), housekeepingMs).unref();
    this.queue.add(record.name, payload, requestId);
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    try {
      const invocation = handleInvoke(this, () => this.ctx.store.flushed(), request);
      return await (invocation ?? this.router.handle(request));
    } catch (error) {
      return failure(error);
    }
  }

  /** One after the other, without those that have not been built. */
  private async warm(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await sleep(warmAfterMs, undefined, { ref: false });
    await this.built();
    for (const name of names) {
      if (this.stopped) return;
      this.functions.find(name)?.warm();
      await sleep(warmEveryMs, undefined, { ref: false });
    }
  }

  private flushLogs(): void {
    let running = false;
    for (const hosted of this.functions.all()) running = hosted.flushLogs() || running;
    if (running) return;
    clearInterval(this.housekeeping);
    this.housekeeping = undefined;
  }
}
