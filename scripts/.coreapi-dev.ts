import { startTestServer } from './lib/postgres';
import { startTestRedis } from './lib/redis';
import { writeFileSync } from 'node:fs';
const pgs = await startTestServer(); const r = await startTestRedis();
writeFileSync('/tmp/coreapi/infra.json', JSON.stringify({ pg: pgs.url, redis: r.url }));
console.log('ready'); process.on('SIGTERM', async () => { await pgs.stop(); await r.stop(); process.exit(0); }); setInterval(() => {}, 1e6);
