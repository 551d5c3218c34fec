/** Milliseconds. Without the last, a server that does not answer is a line in the log and waited for all the same. */
export const patience = {
  connectionTimeout: 1_000,
  requestTimeout: 3_000,
  throwOnRequestTimeout: true,
} as const;
