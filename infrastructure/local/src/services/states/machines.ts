import { randomUUID } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import type { Collection, Store } from '../../store/store';
import { compileDefinition } from './asl/compile';
import type { Json } from './asl/json';
import type { Machine, Problem } from './asl/model';
import { resolveResource } from './integrations/resolve';

export interface MachineRecord {
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly createdAt: number;
  updatedAt: number;
  /** The current revision. */
  revision: string;
  roleArn: string;
  definition: string;
  /** Kept and shown, without effect: loggingConfiguration, tracingConfiguration, encryptionConfiguration. */
  settings: Readonly<Record<string, Json>>;
  tags: Readonly<Record<string, string>>;
}

/** A definition that executions began with; it outlives updates and the machine itself. */
export interface Revision {
  readonly machine: string;
  readonly id: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly createdAt: number;
}

/** How many superseded revisions of a machine are kept for DescribeStateMachineForExecution. */
const keptRevisions = 100;

/** State machines and the revisions of their definitions, compiled once each. */
export class Machines {
  private readonly compiled = new Map<string, Machine>();

  private constructor(
    private readonly machines: Collection<MachineRecord>,
    private readonly revisions: Collection<Revision>,
  ) {}

  static async open(store: Store): Promise<Machines> {
    return new Machines(
      await store.collection('states.machines'),
      await store.collection('states.revisions'),
    );
  }

  find(name: string): MachineRecord | undefined {
    return this.machines.get(name);
  }

  all(): MachineRecord[] {
    return [...this.machines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws AwsError InvalidDefinition */
  create(
    name: string,
    type: 'STANDARD' | 'EXPRESS',
    definition: string,
    roleArn: string,
    now: number,
  ): MachineRecord {
    const compiled = compileOrThrow(definition);
    const machine: MachineRecord = {
      name,
      type,
      createdAt: now,
      updatedAt: now,
      revision: randomUUID(),
      roleArn,
      definition,
      settings: {},
      tags: {},
    };
    this.keepRevision(machine, compiled, now);
    this.machines.set(name, machine);
    return machine;
  }

  /** A change of the definition or role makes a new revision; running executions stay with theirs. */
  update(machine: MachineRecord, change: { definition?: string; roleArn?: string }, now: number): void {
    const definition = change.definition ?? machine.definition;
    const roleArn = change.roleArn ?? machine.roleArn;
    if (definition !== machine.definition || roleArn !== machine.roleArn) {
      const compiled = compileOrThrow(definition);
      Object.assign(machine, { definition, roleArn, revision: randomUUID() });
      this.keepRevision(machine, compiled, now);
    }
    machine.updatedAt = now;
    this.machines.set(machine.name, machine);
  }

  save(machine: MachineRecord): void {
    this.machines.set(machine.name, machine);
  }

  delete(name: string): void {
    this.machines.delete(name);
  }

  revision(machine: string, id: string): Revision | undefined {
    return this.revisions.get(`${machine}/${id}`);
  }

  /** The compiled definition of a revision. */
  load(machine: string, id: string): Machine {
    const key = `${machine}/${id}`;
    let compiled = this.compiled.get(key);
    if (!compiled) {
      compiled = compileOrThrow(this.revisions.get(key)?.definition ?? '');
      this.compiled.set(key, compiled);
    }
    return compiled;
  }

  private keepRevision(machine: MachineRecord, compiled: Machine, now: number): void {
    const { name, revision: id, definition, roleArn } = machine;
    this.revisions.set(`${name}/${id}`, { machine: name, id, definition, roleArn, createdAt: now });
    this.compiled.set(`${name}/${id}`, compiled);
  }

  /** Drops old revisions that no running execution needs. */
  prune(needed: ReadonlySet<string>): void {
    const seen = new Map<string, number>();
    const newestFirst = [...this.revisions].sort(([, a], [, b]) => b.createdAt - a.createdAt);
    for (const [key, revision] of newestFirst) {
      const count = (seen.get(revision.machine) ?? 0) + 1;
      seen.set(revision.machine, count);
      if (count > keptRevisions && !needed.has(key)) this.revisions.delete(key);
    }
  }
}

export function validate(definition: string): Problem[] {
  return compileDefinition(definition, resolveResource).problems;
}

function compileOrThrow(definition: string): Machine {
  const { machine, problems } = compileDefinition(definition, resolveResource);
  if (machine) return machine;
  const list = problems
    .map(({ code, message, location }) => `'${code}: ${message} at ${location}'`)
    .join(', ');
  throw new AwsError(
    'InvalidDefinition',
    `Invalid State Machine Definition: ${problems.length > 1 ? `'${list}'` : list}`,
  );
}
