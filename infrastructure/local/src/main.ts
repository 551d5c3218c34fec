import { fileURLToPath } from 'node:url';
import { readEnvironment } from './cloud/environment';
import { startCloud } from './cloud';

/**
 * The local cloud as a process. Prints one line of JSON with its URLs when it serves; everything else goes to
 * stderr. SIGTERM and SIGINT end it gracefully.
 */
async function main(): Promise<void> {
  // A log that cannot be written (the disk is full) must not end what it tells of.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  // What it keeps are keys and people's data.
  process.umask(0o077);
  const environment = readEnvironment(process.env);
  const cloud = await startCloud({
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    dataDirectory: environment.LOCAL_DATA_DIR,
    ...(environment.LOCAL_LOG_DIR === undefined ? {} : { logDirectory: environment.LOCAL_LOG_DIR }),
    ...(environment.LOCAL_ALLOWED_HOSTS === undefined
      ? {}
      : { allowedHosts: environment.LOCAL_ALLOWED_HOSTS }),
    awsPort: environment.LOCAL_AWS_PORT,
    gatewayPort: environment.LOCAL_GATEWAY_PORT,
    searchPort: environment.LOCAL_SEARCH_PORT,
    parameters: environment.LOCAL_PARAMETERS,
    secrets: environment.LOCAL_SECRETS,
    watch: true,
    warm: true,
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    cloud.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: true, ...cloud.urls })}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
