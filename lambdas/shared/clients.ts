/**
 * Settings of every AWS client. Region, credentials and endpoint come from the standard variables. Connections are kept
 * alive by the SDK. Timeouts are in milliseconds and small, so that two attempts fit well into a function's 10 s.
 */
export const clientSettings = {
  // The SDK puts its middleware together once per command instead of once per call, which is a fifth of a call's CPU.
  cacheMiddleware: true,
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const;
