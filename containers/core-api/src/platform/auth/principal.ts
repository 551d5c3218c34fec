/** Who sent the request, as the access token says. */
export interface Principal {
  /** users.id */
  readonly id: string;
  readonly roles: readonly string[];
  /** Absent in tokens from before tokens named their session. */
  readonly sessionId?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the auth guard. */
    user?: Principal;
  }
}
