/** An error in OpenSearch's shape. */
export class SearchError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = 'SearchError';
  }

  get body(): object {
    const cause = { type: this.type, reason: this.message };
    return { error: { root_cause: [cause], ...cause }, status: this.status };
  }
}

export const badRequest = (reason: string, type = 'parsing_exception'): SearchError =>
  new SearchError(400, type, reason);
export const versionConflict = (id: string, reason: string): SearchError =>
  new SearchError(409, 'version_conflict_engine_exception', `[${id}]: version conflict, ${reason}`);
export const indexMissing = (index: string): SearchError =>
  new SearchError(404, 'index_not_found_exception', `no such index [${index}]`);
