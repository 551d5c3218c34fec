import { Readiness } from './readiness';

const up = async () => 'fine';
const down = async () => {
  throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' });
};
const silent = () => new Promise<never>(() => undefined);

test.each([
  ['ready', { store: { run: up, vital: true }, cache: { run: up, vital: false } }, []],
  ['degraded', { store: { run: up, vital: true }, cache: { run: down, vital: false } }, ['cache']],
  ['unready', { store: { run: down, vital: true }, cache: { run: down, vital: false } }, ['store', 'cache']],
])('%s', async (status, checks, failing) => {
  expect(await new Readiness(checks).report()).toMatchObject({ status, failing });
});

test('names the kind of failure and no address, and waits for nobody', async () => {
  const readiness = new Readiness({ a: { run: down, vital: true }, b: { run: silent, vital: false } }, 50);
  expect((await readiness.report()).checks).toEqual({
    a: { status: 'down', error: 'ECONNREFUSED' },
    b: { status: 'down', error: 'TIMEOUT' },
  });
});

test('asks once for all who call at the same time, and anew for the next', async () => {
  let asked = 0;
  const readiness = new Readiness({ store: { run: async () => (asked += 1), vital: true } });
  await Promise.all([readiness.report(), readiness.report()]);
  expect(asked).toBe(1);
  await readiness.report();
  expect(asked).toBe(2);
});
