import { cpus } from 'node:os';

const sampleMs = 250;

/**
 * Whether the CPUs have time to spare. On a machine that is busy already, one more thread that loads and compiles the
 * same code takes time away from those that work, so functions only grow while this is false.
 */
export class MachineLoad {
  private sampledAt = 0;
  private idle = 0;
  private total = 0;
  private saturated = false;

  /** True when less than a tenth of the CPU time was idle lately. */
  isSaturated(now = performance.now()): boolean {
    if (now - this.sampledAt < sampleMs) return this.saturated;
    let [idle, total] = [0, 0];
    for (const { times } of cpus()) {
      idle += times.idle;
      total += times.user + times.nice + times.sys + times.idle + times.irq;
    }
    // Two samples far apart say nothing about now.
    const recent = now - this.sampledAt < sampleMs * 8;
    if (recent && total > this.total) this.saturated = (idle - this.idle) / (total - this.total) < 0.1;
    [this.sampledAt, this.idle, this.total] = [now, idle, total];
    return this.saturated;
  }
}
