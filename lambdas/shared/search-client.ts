import { Client } from '@opensearch-project/opensearch';
import { AwsSigv4Signer } from '@opensearch-project/opensearch/aws-v3';
import { TransientError } from './errors';
import { productsIndex, productsIndexDefinition } from './search-index';

const settings = { requestTimeout: 5_000, maxRetries: 2 };

/** Requests to a domain of OpenSearch Service are signed with the function's role; a server without IAM takes them as they are. */
export function searchClient(url: string): Client {
  const hosted = /\.es\.amazonaws\.com(\.cn)?$/.test(new URL(url).hostname);
  if (!hosted) return new Client({ ...settings, node: url });
  const signer = AwsSigv4Signer({ region: roleVariable('AWS_REGION'), service: 'es', getCredentials });
  return new Client({ ...settings, ...signer, node: url });
}

/** Lambda puts the role's credentials into the environment of a container, for its whole life. */
async function getCredentials() {
  return {
    accessKeyId: roleVariable('AWS_ACCESS_KEY_ID'),
    secretAccessKey: roleVariable('AWS_SECRET_ACCESS_KEY'),
    sessionToken: roleVariable('AWS_SESSION_TOKEN'),
  };
}

function roleVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

export type BulkOperation =
  /** Merges `changes` into the document, or makes it of `document` when there is none. */
  | { readonly upsert: { readonly id: string }; readonly changes: object; readonly document: object }
  | { readonly update: { readonly id: string }; readonly document: object }
  | { readonly delete: { readonly id: string } };

/** What became of one operation. `missing`: an update or delete of a document that is not there. */
export type BulkResult = 'done' | 'missing' | { readonly error: string };

/** The `products` index as its writers use it. */
export class ProductIndex {
  private ready: Promise<void> | undefined;

  constructor(private readonly client: Client) {}

  /** Results stand in the order of the operations. Throws TransientError when the server cannot be reached. */
  async bulk(operations: readonly BulkOperation[]): Promise<BulkResult[]> {
    if (operations.length === 0) return [];
    await this.ensure();
    const body = operations.flatMap(lines);
    try {
      const { body: answer } = await this.client.bulk({ index: productsIndex, body });
      return answer.items.map(result);
    } catch (error) {
      throw new TransientError('SEARCH_UNAVAILABLE', 'The search index cannot be written', { cause: error });
    }
  }

  /** Creates the index with its mapping when it is missing; once per container. */
  private ensure(): Promise<void> {
    this.ready ??= this.create().catch((error: unknown) => {
      this.ready = undefined;
      throw new TransientError('SEARCH_UNAVAILABLE', 'The search index cannot be created', { cause: error });
    });
    return this.ready;
  }

  private async create(): Promise<void> {
    const exists = await this.client.indices.exists({ index: productsIndex });
    if (exists.body) return;
    try {
      await this.client.indices.create({ index: productsIndex, body: productsIndexDefinition as object });
    } catch (error) {
      if (!String(error).includes('resource_already_exists_exception')) throw error;
    }
  }
}

function lines(operation: BulkOperation): object[] {
  if ('upsert' in operation) {
    const { upsert, changes, document } = operation;
    return [{ update: { _id: upsert.id } }, { doc: changes, upsert: document }];
  }
  if ('update' in operation) return [{ update: { _id: operation.update.id } }, { doc: operation.document }];
  return [{ delete: { _id: operation.delete.id } }];
}

interface BulkItem {
  readonly status?: number;
  readonly error?: { readonly type?: string; readonly reason?: string | null };
}

function result(item: Partial<Record<string, BulkItem>>): BulkResult {
  const [outcome] = Object.values(item);
  if (outcome?.status === 404) return 'missing';
  if (outcome?.error) return { error: `${outcome.error.type ?? 'error'}: ${outcome.error.reason ?? ''}` };
  return 'done';
}
