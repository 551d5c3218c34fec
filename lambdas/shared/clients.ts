/**
 * Settings of every AWS client. Region, credentials and endpoint come from the standard variables. Connections are kept
 * alive by the SDK. Timeouts are in milliseconds and small, so that two attempts fit well into a function's 10 s.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const;
