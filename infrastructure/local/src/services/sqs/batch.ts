import { AwsError } from '../../endpoint/aws';

export interface BatchFailure {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

const mostEntries = 10;

/** What holds for every batch call: one to ten entries with distinct, well-formed ids. */
export function checkBatch(entries: readonly { readonly Id?: string }[] | undefined): void {
  if (!entries || entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > mostEntries) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${mostEntries}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id: id = '' } of entries) {
    if (!/^[\w-]{1,80}$/.test(id)) {
      const rule =
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
      throw new AwsError('InvalidBatchEntryId', rule);
    }
    if (ids.has(id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
  }
}

/** Applies `each` to every entry; what an entry throws fails that entry only. */
export function perEntry<E extends { readonly Id: string }, R>(
  entries: readonly E[],
  each: (entry: E) => R,
): { Successful: (R & { Id: string })[]; Failed: BatchFailure[] } {
  const Successful: (R & { Id: string })[] = [];
  const Failed: BatchFailure[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...each(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({
        Id: entry.Id,
        SenderFault: error.status < 500,
        Code: error.code.replace(/Exception$/, ''),
        Message: error.message,
      });
    }
  }
  return { Successful, Failed };
}
