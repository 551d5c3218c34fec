import { createServer } from 'node:net';

/** The wished port if it is free on the loopback interface, otherwise one that is. */
export async function freePort(wished = 0, host = '127.0.0.1'): Promise<number> {
  return (
    (await tryPort(wished, host)) ?? (await tryPort(0, host)) ?? Promise.reject(new Error('no free port'))
  );
}

function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
