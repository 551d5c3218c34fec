import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { startTestRedis } from '../../../../scripts/lib/redis';
import { createLogger } from './logger';
import { createRedis, RedisChannels } from './redis';

/** A way to Redis that can lose, without telling, what travels on the connections that are open. */
async function startTunnel(target: URL) {
  const open: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) open.push(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    swallow: () => {
      for (const socket of open.splice(0)) socket.unpipe().resume();
    },
    stop: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a network that swallows everything is noticed: messages and commands go on within 10 s, past nonsense', async () => {
  const server = await startTestRedis();
  const tunnel = await startTunnel(new URL(server.url));
  const logger = createLogger('silent');
  const direct = new Redis(server.url);
  const commands = createRedis(tunnel.url, logger);
  const channels = new RedisChannels(tunnel.url, logger);
  const heard: string[] = [];
  let subscriptions = 0;
  channels.handle(
    'news',
    (message) => {
      heard.push(message);
      if (message === 'nonsense') throw new SyntaxError('not understood');
    },
    () => (subscriptions += 1),
  );
  try {
    channels.start();
    await until(() => subscriptions === 1 && commands.status === 'ready');
    tunnel.swallow();
    const started = Date.now();
    await until(() => subscriptions === 2);
    await until(() => commands.ping().then(Boolean, () => false));
    expect(Date.now() - started).toBeLessThan(10_000);
    for (const message of ['nonsense', 'again']) await direct.publish('news', message);
    await until(() => heard.length > 1);
    expect(heard).toEqual(['nonsense', 'again']);
  } finally {
    channels.stop();
    for (const client of [commands, direct]) client.disconnect();
    tunnel.stop();
    await server.stop();
  }
});
