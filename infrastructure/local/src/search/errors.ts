/** An error in OpenSearch's shape. */
export class SearchError extends Error {
  /** What AWS's SDKs call a code: OpenSearch's `type`. */
  readonly code: string;

  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'SearchError';
    this.code = type;
  }

  get described(): object {
    return { type: this.type, reason: this.message, ...this.details };
  }

  get body(): object {
    return { error: { root_cause: [this.described], ...this.described }, status: this.status };
  }
}

export const badRequest = (reason: string, type = 'parsing_exception'): SearchError =>
  new SearchError(400, type, reason);

export const indexMissing = (index: string): SearchError =>
  new SearchError(404, 'index_not_found_exception', `no such index [${index}]`, {
    index,
    'resource.id': index,
    'resource.type': 'index_or_alias',
    index_uuid: '_na_',
  });

/** An index that cannot run a search: OpenSearch reports it as the failure of all shards. */
export class SearchPhaseError extends SearchError {
  constructor(
    private readonly index: string,
    private readonly failure: SearchError,
  ) {
    super(failure.status, 'search_phase_execution_exception', 'all shards failed');
  }

  override get body(): object {
    const reason = { ...this.failure.described, index: this.index };
    const shard = { shard: 0, index: this.index, node: 'local', reason };
    const error = {
      type: this.type,
      reason: this.message,
      phase: 'query',
      grouped: true,
      failed_shards: [shard],
    };
    return { error: { root_cause: [reason], ...error }, status: this.status };
  }
}
