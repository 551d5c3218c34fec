import { AwsError } from '../../endpoint/aws';

export interface Version {
  readonly string?: string;
  /** base64 */
  readonly binary?: string;
  readonly stages: readonly string[];
  /** Epoch seconds. */
  readonly createdAt: number;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly changedAt: number;
  /** When it will be gone; such a secret can only be restored or described. */
  readonly deletedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, Version>>;
}

export const current = 'AWSCURRENT';
export const previous = 'AWSPREVIOUS';

export function now(): number {
  return Date.now() / 1000;
}

export function versionWith(secret: Secret, stage: string): string | undefined {
  return Object.keys(secret.versions).find((id) => secret.versions[id]?.stages.includes(stage));
}

/**
 * The secret with one more version under the given stages. A stage is on one version only; what loses AWSCURRENT
 * becomes AWSPREVIOUS; versions without a stage go.
 */
export function withVersion(
  secret: Secret,
  id: string,
  version: Pick<Version, 'string' | 'binary'>,
  stages: readonly string[],
): Secret {
  const added: Version = { ...version, stages: [], createdAt: now() };
  const base = { ...secret, versions: { ...secret.versions, [id]: added }, changedAt: now() };
  return prune(stages.reduce((result, stage) => moveStage(result, stage, id), base));
}

/** `to` undefined: the stage goes. */
export function moveStage(secret: Secret, stage: string, to: string | undefined): Secret {
  const from = versionWith(secret, stage);
  if (from === to) return secret;
  const versions: Record<string, Version> = {};
  const demoted = stage === current && from !== undefined;
  for (const [id, version] of Object.entries(secret.versions)) {
    const stages = version.stages.filter((each) => each !== stage && !(demoted && each === previous));
    if (id === to) stages.push(stage);
    if (demoted && id === from) stages.push(previous);
    versions[id] = { ...version, stages };
  }
  return { ...secret, versions };
}

export function prune(secret: Secret): Secret {
  const kept = Object.entries(secret.versions).filter(([, { stages }]) => stages.length > 0);
  return { ...secret, versions: Object.fromEntries(kept) };
}

export function notFound(message = "Secrets Manager can't find the specified secret."): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}
