/** Something in a shipped artefact cannot be understood or served. Says which file, resource and property. */
export class ArtefactError extends Error {
  readonly code = 'INVALID_ARTEFACT';

  constructor(
    readonly file: string,
    /** e.g. `Resources.OrderProcessor.Timeout`; empty for the whole file. */
    readonly place: string,
    readonly reason: string,
  ) {
    super(place ? `${file}: ${place}: ${reason}` : `${file}: ${reason}`);
    this.name = 'ArtefactError';
  }
}
