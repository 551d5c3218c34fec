import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@opensearch-project/opensearch';
import { TransientError } from './errors';
import { merge, type ProductChange } from './product-changes';
import { productsIndex, productsIndexDefinition, versionMappings, type IndexedProduct } from './search-index';

/** The document as it stands now, whoever wrote it last; or why the change could not be written. */
export type ApplyResult = { readonly document: IndexedProduct } | { readonly error: string };

/** A document as it was read: a write names its revision, and is refused when there is another by then. */
interface Read {
  readonly document?: IndexedProduct;
  readonly seqNo?: number;
  readonly primaryTerm?: number;
}

interface Write {
  readonly id: string;
  readonly read: Read;
  readonly document: IndexedProduct;
}

/** Writers of one document are few; each round is won by one of them. */
const maximumAttempts = 12;

/**
 * The `products` index as its writers use it: forwards only, by the versions of the rows in Postgres. Two functions
 * write parts of one document (product, stock), so a write is conditional on the revision that was read
 * (`if_seq_no`, `if_primary_term`): one `_mget` and one `_bulk` for a whole batch, and again for what collided.
 */
export class ProductIndex {
  private ready: Promise<void> | undefined;

  constructor(private readonly client: Client) {}

  /** Results stand in the order of the changes. Throws TransientError when the server cannot be reached. */
  async apply(changes: readonly ProductChange[]): Promise<ApplyResult[]> {
    if (changes.length === 0) return [];
    await this.ensure();
    const byId = new Map<string, ProductChange[]>();
    for (const change of changes) byId.set(change.id, [...(byId.get(change.id) ?? []), change]);
    const results = new Map<string, ApplyResult>();
    let pending: readonly string[] = [...byId.keys()];
    for (let attempt = 0; pending.length > 0 && attempt < maximumAttempts; attempt += 1) {
      if (attempt > 0) await pause(Math.random() * 20 * attempt);
      pending = await this.attempt(pending, byId, results);
    }
    return changes.map(({ id }) => results.get(id) ?? { error: 'others kept writing the document' });
  }

  /** Answers the ids that somebody else wrote meanwhile. */
  private async attempt(
    ids: readonly string[],
    changes: ReadonlyMap<string, readonly ProductChange[]>,
    results: Map<string, ApplyResult>,
  ): Promise<string[]> {
    const reads = await this.read(ids);
    const writes = ids.flatMap((id, i): Write[] => {
      const read = reads[i] ?? {};
      const document = (changes.get(id) ?? []).reduce(merge, read.document);
      if (document === undefined) return [];
      results.set(id, { document });
      return document === read.document ? [] : [{ id, read, document }];
    });
    const outcomes = await this.write(writes);
    return writes.flatMap(({ id }, i) => {
      const outcome = outcomes[i];
      if (outcome?.status === 409) {
        results.delete(id);
        return [id];
      }
      if (outcome?.error) results.set(id, { error: reasonOf(outcome.error) });
      return [];
    });
  }

  private async read(ids: readonly string[]): Promise<Read[]> {
    const { body } = await this.ask(() =>
      this.client.mget({ index: productsIndex, body: { ids: [...ids] }, realtime: true }),
    );
    return (body.docs as unknown as Found[]).map((found) => {
      if (found.error) throw this.lost(new Error(reasonOf(found.error)));
      if (!found.found) return {};
      return { document: found._source, seqNo: found._seq_no, primaryTerm: found._primary_term };
    });
  }

  private async write(writes: readonly Write[]): Promise<BulkOutcome[]> {
    if (writes.length === 0) return [];
    const lines = writes.flatMap(({ id, read, document }) => [
      read.document === undefined
        ? { create: { _id: id } }
        : { index: { _id: id, if_seq_no: read.seqNo, if_primary_term: read.primaryTerm } },
      document,
    ]);
    const { body } = await this.ask(() => this.client.bulk({ index: productsIndex, body: lines }));
    return body.items.map((item) => Object.values(item)[0] as BulkOutcome);
  }

  private async ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.lost(error);
    }
  }

  /** The index may have been erased as well: it is made sure of before the next attempt. */
  private lost(cause: unknown): TransientError {
    this.ready = undefined;
    return new TransientError('SEARCH_UNAVAILABLE', 'The search index cannot be written', { cause });
  }

  /** Creates the index, or adds to an older one what it lacks; once per container. */
  private async ensure(): Promise<void> {
    this.ready ??= this.create();
    const { ready } = this;
    await this.ask(() => ready);
  }

  private async create(): Promise<void> {
    const index = productsIndex;
    const { body: exists } = await this.client.indices.exists({ index });
    if (exists) {
      await this.client.indices.putMapping({ index, body: { properties: versionMappings } });
      return;
    }
    try {
      await this.client.indices.create({ index, body: productsIndexDefinition as object });
    } catch (error) {
      if (!String(error).includes('resource_already_exists_exception')) throw error;
    }
  }
}

interface ErrorCause {
  readonly type?: string;
  readonly reason?: string | null;
}

interface Found {
  readonly found: boolean;
  readonly _seq_no: number;
  readonly _primary_term: number;
  readonly _source: IndexedProduct;
  readonly error?: ErrorCause;
}

interface BulkOutcome {
  readonly status?: number;
  readonly error?: ErrorCause;
}

function reasonOf({ type = 'error', reason }: ErrorCause): string {
  return `${type}: ${reason ?? ''}`;
}
