import { migrate } from './migrations';

const databaseUrl = process.env.DATABASE_URL;
if (databaseUrl === undefined || databaseUrl === '') throw new Error('DATABASE_URL is not set');

const applied = await migrate(databaseUrl);
process.stdout.write(
  `${applied.length} migrations applied${applied.length > 0 ? `: ${applied.join(', ')}` : ''}\n`,
);
