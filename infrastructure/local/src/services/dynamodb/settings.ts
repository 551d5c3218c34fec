import type { Database } from './database';
import { constraint, invalid } from './errors';
import { named, type TableNameInput } from './tables';

export interface TimeToLiveInput extends TableNameInput {
  readonly TimeToLiveSpecification?: { readonly Enabled: boolean; readonly AttributeName: string };
}

export function updateTimeToLive(database: Database, input: TimeToLiveInput): object {
  const table = named(database, input);
  const { TimeToLiveSpecification: wanted } = input;
  if (!wanted) throw constraint(undefined, 'timeToLiveSpecification', 'Member must not be null');
  const current = table.definition.ttlAttribute;
  if (wanted.Enabled && current !== undefined) throw invalid('TimeToLive is already enabled');
  if (!wanted.Enabled && current !== wanted.AttributeName) {
    throw invalid(
      current === undefined
        ? 'TimeToLive is already disabled'
        : 'TimeToLive is active on a different AttributeName',
    );
  }
  const { ttlAttribute: _, ...rest } = table.definition;
  database.replace(table, wanted.Enabled ? { ...rest, ttlAttribute: wanted.AttributeName } : rest);
  return { TimeToLiveSpecification: wanted };
}

export function describeTimeToLive(database: Database, input: TableNameInput): object {
  const { ttlAttribute: name } = named(database, input).definition;
  return {
    TimeToLiveDescription:
      name === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: name },
  };
}

/** There are no backups here; tools (Terraform) ask nevertheless. */
export function describeContinuousBackups(database: Database, input: TableNameInput): object {
  named(database, input);
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
}

interface ResourceInput {
  readonly ResourceArn?: string;
}

export function listTagsOfResource(database: Database, { ResourceArn: arn }: ResourceInput): object {
  const { tags } = database.table(arn).definition;
  return { Tags: Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value })) };
}

export function tagResource(
  database: Database,
  input: ResourceInput & { readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] },
): object {
  const table = database.table(input.ResourceArn);
  const added = Object.fromEntries((input.Tags ?? []).map(({ Key: key, Value: value }) => [key, value]));
  database.replace(table, { ...table.definition, tags: { ...table.definition.tags, ...added } });
  return {};
}

export function untagResource(
  database: Database,
  input: ResourceInput & { readonly TagKeys?: readonly string[] },
): object {
  const table = database.table(input.ResourceArn);
  const tags = Object.entries(table.definition.tags).filter(([key]) => !input.TagKeys?.includes(key));
  database.replace(table, { ...table.definition, tags: Object.fromEntries(tags) });
  return {};
}
