import { Batcher } from './batcher';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('Batcher', () => {
  it('hands what arrives together to one run, in order', async () => {
    const runs: number[][] = [];
    const batcher = new Batcher<number, string>({
      run: async (inputs) => {
        runs.push([...inputs]);
        return inputs.map(String);
      },
      maxSize: 10,
      concurrency: 1,
    });
    await expect(Promise.all([1, 2, 3].map((n) => batcher.add(n)))).resolves.toEqual(['1', '2', '3']);
    expect(runs).toEqual([[1, 2, 3]]);
  });

  it('gathers while it is busy, keeps to its size and concurrency', async () => {
    const runs: number[][] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let running = 0;
    let most = 0;
    const batcher = new Batcher<number, number>({
      run: async (inputs) => {
        runs.push([...inputs]);
        most = Math.max(most, (running += 1));
        await gate;
        running -= 1;
        return inputs;
      },
      maxSize: 2,
      concurrency: 2,
    });
    const first = batcher.add(0);
    await tick();
    const rest = [1, 2, 3, 4, 5].map((n) => batcher.add(n));
    await tick();
    await tick();
    expect(runs).toEqual([[0], [1, 2]]);
    release();
    await expect(Promise.all([first, ...rest])).resolves.toEqual([0, 1, 2, 3, 4, 5]);
    expect(runs).toEqual([[0], [1, 2], [3, 4], [5]]);
    expect(most).toBe(2);
  });

  it('lets an input that cannot be handled fail alone', async () => {
    const batcher = new Batcher<number, number>({
      run: async (inputs) => {
        if (inputs.includes(13)) throw new Error('unlucky');
        return inputs;
      },
      maxSize: 10,
      concurrency: 1,
    });
    const results = await Promise.allSettled([12, 13, 14].map((n) => batcher.add(n)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does not repeat one by one what failed because a server is away', async () => {
    let runs = 0;
    const batcher = new Batcher<number, number>({
      run: async () => {
        runs += 1;
        throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      },
      maxSize: 10,
      concurrency: 1,
    });
    const results = await Promise.allSettled([1, 2, 3].map((n) => batcher.add(n)));
    expect(results.every((result) => result.status === 'rejected')).toBe(true);
    expect(runs).toBe(1);
  });

  it('does not keep what comes later behind a batch that hangs, and does not let hanging ones pile up', async () => {
    const runs: number[] = [];
    const batcher = new Batcher<number, number>({
      run: (inputs) => {
        runs.push(...inputs);
        return inputs[0] === 0 ? Promise.resolve(inputs) : new Promise(() => undefined);
      },
      maxSize: 1,
      concurrency: 1,
    });
    const started = Date.now();
    void batcher.add(1);
    await tick();
    await expect(batcher.add(0)).resolves.toBe(0);
    expect(Date.now() - started).toBeLessThan(1_000);
    for (const n of [2, 3, 4, 5]) void batcher.add(n);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(runs).toEqual([1, 0, 2, 3, 4]);
  });
});
