import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { AwsError, handleJson, type Operations, type ServiceModule } from '../../endpoint/aws';
import type { CloudContext, SecretPort } from '../../ports';
import type { Collection } from '../../store/store';
import {
  current,
  invalidRequest,
  moveStage,
  notFound,
  now,
  prune,
  versionWith,
  withVersion,
  type Secret,
  type Version,
} from './secret';

interface SecretId {
  readonly SecretId?: string;
}
interface Value {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
  readonly ClientRequestToken?: string;
}
interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const day = 24 * 3600;

/**
 * Secrets Manager. `given` (name -> SecretString) is what the starter decided: it is written where it is not what was
 * given last (a database on another port), and a secret that was changed since then stays where it is the same.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export async function createSecrets(
  context: CloudContext,
  given: Readonly<Record<string, string>>,
): Promise<ServiceModule & SecretPort> {
  const secrets = new Secrets(context, await context.store.collection<Secret>('secretsmanager.secrets'));
  const givenBefore = await context.store.collection<string>('secretsmanager.given');
  for (const [name, value] of Object.entries(given)) {
    if (!secrets.has(name) || givenBefore.get(name) !== value) secrets.give(name, value);
    givenBefore.set(name, value);
  }
  const operations = secrets.operations();
  return {
    name: 'secretsmanager',
    handle: (request) => handleJson(request, operations, () => context.store.flushed()),
    secret: (id) => secrets.current(id),
  };
}

class Secrets {
  constructor(
    private readonly context: CloudContext,
    private readonly secrets: Collection<Secret>,
  ) {
    for (const [name, { deletedAt }] of secrets)
      if (deletedAt !== undefined && deletedAt < now()) secrets.delete(name);
  }

  has(name: string): boolean {
    return this.secrets.has(name);
  }

  /** Makes `value` the current version, also of a secret that was scheduled for deletion. */
  give(name: string, value: string): void {
    const existing = this.secrets.get(name);
    if (!existing) this.create({ Name: name, SecretString: value });
    else if (this.current(name) !== value || existing.deletedAt !== undefined) {
      const { deletedAt: _, ...kept } = existing;
      this.secrets.set(name, withVersion(kept, randomUUID(), { string: value }, [current]));
    }
  }

  current(id: string): string | undefined {
    const secret = this.lookup(id);
    return secret?.versions[versionWith(secret, current) ?? '']?.string;
  }

  operations(): Operations {
    return {
      CreateSecret: (input: never) => this.create(input),
      GetSecretValue: (input: never) => this.value(input),
      PutSecretValue: (input: never) => this.put(input),
      UpdateSecret: (input: never) => this.update(input),
      UpdateSecretVersionStage: (input: never) => this.updateStage(input),
      DescribeSecret: (input: never) => this.describe(this.find(input)),
      ListSecrets: (input: never) => this.list(input),
      ListSecretVersionIds: (input: never) => this.versions(input),
      DeleteSecret: (input: never) => this.delete(input),
      RestoreSecret: (input: never) => this.restore(input),
      TagResource: (input: never) => this.tag(input),
      UntagResource: (input: never) => this.untag(input),
      GetRandomPassword: (input: never) => randomPassword(input),
    };
  }

  create(
    input: Value & { readonly Name?: string; readonly Description?: string; readonly Tags?: readonly Tag[] },
  ): object {
    const { Name: name, Description: description } = input;
    if (!name) throw new AwsError('InvalidParameterException', 'You must provide a secret name.');
    const existing = this.secrets.get(name);
    if (existing?.deletedAt !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    const id = input.ClientRequestToken ?? randomUUID();
    if (existing && !(existing.versions[id] && sameValue(existing.versions[id], input))) {
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const { region, accountId } = this.context;
    const suffix = randomBytes(3).toString('hex');
    const empty: Secret = existing ?? {
      name,
      arn: `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`,
      ...(description !== undefined && { description }),
      createdAt: now(),
      changedAt: now(),
      tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value])),
      versions: {},
    };
    if (!hasValue(input)) {
      this.secrets.set(name, empty);
      return { ARN: empty.arn, Name: name };
    }
    this.secrets.set(name, withVersion(empty, id, valueOf(input), [current]));
    return { ARN: empty.arn, Name: name, VersionId: id };
  }

  private value(input: SecretId & { readonly VersionId?: string; readonly VersionStage?: string }): object {
    const secret = this.usable(input);
    const stage = input.VersionStage ?? (input.VersionId === undefined ? current : undefined);
    const id = input.VersionId ?? versionWith(secret, stage ?? current);
    const version = id === undefined ? undefined : secret.versions[id];
    if (!version || (stage !== undefined && !version.stages.includes(stage))) {
      throw notFound(
        input.VersionId === undefined
          ? `Secrets Manager can't find the specified secret value for staging label: ${stage ?? ''}`
          : `Secrets Manager can't find the specified secret value for VersionId: ${input.VersionId}`,
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: id,
      ...(version.string !== undefined && { SecretString: version.string }),
      ...(version.binary !== undefined && { SecretBinary: version.binary }),
      VersionStages: version.stages,
      CreatedDate: version.createdAt,
    };
  }

  private put(input: SecretId & Value & { readonly VersionStages?: readonly string[] }): object {
    const secret = this.usable(input);
    if (!hasValue(input)) throw invalidRequest('You must provide either SecretString or SecretBinary.');
    const stages = input.VersionStages ?? [current];
    const id = input.ClientRequestToken ?? randomUUID();
    this.addVersion(secret, id, input, stages);
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
  }

  /** Idempotent by the client's token, which names the version. */
  private addVersion(secret: Secret, id: string, input: Value, stages: readonly string[]): void {
    const existing = secret.versions[id];
    if (existing && !sameValue(existing, input)) {
      throw new AwsError(
        'ResourceExistsException',
        `You can't change the value of a version that already exists: ${id}`,
      );
    }
    if (!existing) this.secrets.set(secret.name, withVersion(secret, id, valueOf(input), stages));
  }

  private update(input: SecretId & Value & { readonly Description?: string }): object {
    const secret = this.usable(input);
    const described =
      input.Description === undefined
        ? secret
        : { ...secret, description: input.Description, changedAt: now() };
    this.secrets.set(secret.name, described);
    if (!hasValue(input)) return { ARN: secret.arn, Name: secret.name };
    const id = input.ClientRequestToken ?? randomUUID();
    this.addVersion(described, id, input, [current]);
    return { ARN: secret.arn, Name: secret.name, VersionId: id };
  }

  private updateStage(
    input: SecretId & {
      readonly VersionStage?: string;
      readonly MoveToVersionId?: string;
      readonly RemoveFromVersionId?: string;
    },
  ): object {
    const secret = this.usable(input);
    const { VersionStage: stage = '', MoveToVersionId: to, RemoveFromVersionId: from } = input;
    const holder = versionWith(secret, stage);
    if (to !== undefined && !secret.versions[to])
      throw notFound(`Secrets Manager can't find the version ${to}.`);
    if (holder !== undefined && holder !== from && holder !== to) {
      throw new AwsError(
        'InvalidParameterException',
        `You must say from which version to remove the staging label ${stage}.`,
      );
    }
    if (stage === current && to === undefined)
      throw invalidRequest('You can only move staging label AWSCURRENT to a different secret version.');
    this.secrets.set(secret.name, prune(moveStage(secret, stage, to)));
    return { ARN: secret.arn, Name: secret.name };
  }

  private describe(secret: Secret): object {
    return {
      ARN: secret.arn,
      Name: secret.name,
      Description: secret.description,
      CreatedDate: secret.createdAt,
      LastChangedDate: secret.changedAt,
      ...(secret.deletedAt !== undefined && { DeletedDate: secret.deletedAt }),
      Tags: Object.entries(secret.tags).map(([key, value]) => ({ Key: key, Value: value })),
      VersionIdsToStages: Object.fromEntries(
        Object.entries(secret.versions).map(([id, { stages }]) => [id, stages]),
      ),
    };
  }

  private list(input: {
    readonly MaxResults?: number;
    readonly NextToken?: string;
    readonly IncludePlannedDeletion?: boolean;
    readonly Filters?: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  }): object {
    const after = input.NextToken ?? '';
    const names = (input.Filters ?? [])
      .filter(({ Key: key }) => key === 'name' || key === 'all')
      .map(({ Values: values }) => values);
    const found = [...this.secrets.values()]
      .filter(
        ({ name, deletedAt }) => name > after && (deletedAt === undefined || input.IncludePlannedDeletion),
      )
      .filter(({ name }) => names.every((values) => values.some((prefix) => name.startsWith(prefix))))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = found.slice(0, input.MaxResults ?? 100);
    return {
      SecretList: page.map((secret) => {
        const { VersionIdsToStages: stages, ...rest } = this.describe(secret) as Record<string, unknown>;
        return { ...rest, SecretVersionsToStages: stages };
      }),
      ...(found.length > page.length && { NextToken: page.at(-1)?.name }),
    };
  }

  private versions(input: SecretId): object {
    const secret = this.find(input);
    const versions = Object.entries(secret.versions).map(([id, { stages, createdAt }]) => ({
      VersionId: id,
      VersionStages: stages,
      CreatedDate: createdAt,
    }));
    return { ARN: secret.arn, Name: secret.name, Versions: versions };
  }

  private delete(
    input: SecretId & {
      readonly RecoveryWindowInDays?: number;
      readonly ForceDeleteWithoutRecovery?: boolean;
    },
  ): object {
    const secret = this.find(input);
    const days = input.RecoveryWindowInDays ?? 30;
    const force = input.ForceDeleteWithoutRecovery ?? false;
    if (days < 7 || days > 30) {
      throw new AwsError(
        'InvalidParameterException',
        'RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
      );
    }
    const deletedAt = force ? now() : now() + days * day;
    if (force) this.secrets.delete(secret.name);
    else this.secrets.set(secret.name, { ...secret, deletedAt });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: deletedAt };
  }

  private restore(input: SecretId): object {
    const { deletedAt: _, ...secret } = this.find(input);
    this.secrets.set(secret.name, secret);
    return { ARN: secret.arn, Name: secret.name };
  }

  private tag(input: SecretId & { readonly Tags?: readonly Tag[] }): object {
    const secret = this.find(input);
    const added = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
    this.secrets.set(secret.name, { ...secret, tags: { ...secret.tags, ...added } });
    return {};
  }

  private untag(input: SecretId & { readonly TagKeys?: readonly string[] }): object {
    const secret = this.find(input);
    const kept = Object.entries(secret.tags).filter(([key]) => !input.TagKeys?.includes(key));
    this.secrets.set(secret.name, { ...secret, tags: Object.fromEntries(kept) });
    return {};
  }

  private usable(input: SecretId): Secret {
    const secret = this.find(input);
    if (secret.deletedAt !== undefined) {
      throw invalidRequest(
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

  private find({ SecretId: id = '' }: SecretId): Secret {
    const secret = this.lookup(id);
    if (!secret) throw notFound();
    return secret;
  }

  /** By name, ARN, or ARN without its random suffix. */
  private lookup(id: string): Secret | undefined {
    const direct = this.secrets.get(id);
    if (direct || !id.startsWith('arn:')) return direct;
    const name = id.split(':').slice(6).join(':');
    const secret = this.secrets.get(name) ?? this.secrets.get(name.replace(/-[0-9a-zA-Z]{6}$/, ''));
    return secret && (secret.arn === id || secret.arn.startsWith(`${id}-`)) ? secret : undefined;
  }
}

function hasValue(input: Value): boolean {
  return input.SecretString !== undefined || input.SecretBinary !== undefined;
}

function valueOf(input: Value): Pick<Version, 'string' | 'binary'> {
  return {
    ...(input.SecretString !== undefined && { string: input.SecretString }),
    ...(input.SecretBinary !== undefined && { binary: input.SecretBinary }),
  };
}

function sameValue(version: Version, input: Value): boolean {
  return version.string === input.SecretString && version.binary === input.SecretBinary;
}

function randomPassword(input: {
  readonly PasswordLength?: number;
  readonly ExcludePunctuation?: boolean;
}): object {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const all = input.ExcludePunctuation ? letters : `${letters}!#$%&()*+,-./:;<=>?@[]^_{|}~`;
  const length = input.PasswordLength ?? 32;
  return { RandomPassword: Array.from({ length }, () => all.charAt(randomInt(all.length))).join('') };
}
