import { readFileSync } from 'node:fs';
import path from 'node:path';
import aslValidator from 'asl-validator';
import { parse } from 'yaml';
import { holdSeconds } from '../lambdas/saga/reserve-stock/reserve-stock';

interface Rule {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  MaxDelaySeconds?: number;
  BackoffRate?: number;
  JitterStrategy?: string;
  Next?: string;
}
interface State {
  Type: string;
  Resource?: string;
  TimeoutSeconds?: number;
  Retry?: Rule[];
  Catch?: Rule[];
  Next?: string;
}
interface Definition {
  StartAt: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
}

const text = readFileSync(path.join(__dirname, 'order-saga.asl.json'), 'utf8');
const saga = JSON.parse(text) as Definition;
const template = parse(readFileSync(path.join(__dirname, '../infrastructure/sam/template.yaml'), 'utf8'), {
  logLevel: 'silent',
}) as {
  Resources: Record<string, { Properties: Record<string, unknown> }>;
};

const tasks = Object.entries(saga.States).filter(([, state]) => state.Type === 'Task');
const compensations = ['ReleaseStock', 'RefundPayment', 'FailOrder', 'CompensationFailed', 'CompleteOrder'];
const businessErrors = ['OutOfStock', 'PaymentDeclined', 'OrderCancelled'];

function state(name: string): State {
  const found = saga.States[name];
  if (!found) throw new Error(`no state ${name}`);
  return found;
}

function caught(name: string, error: string): string | undefined {
  return state(name).Catch?.find(
    (rule) => rule.ErrorEquals.includes(error) || rule.ErrorEquals.includes('States.ALL'),
  )?.Next;
}

test('is valid Amazon States Language once the substitutions are made', () => {
  const definition = JSON.parse(
    text.replaceAll(/\$\{(\w+)\}/g, 'arn:aws:lambda:ap-northeast-1:000000000000:function:$1'),
  ) as object;
  const result = aslValidator(definition);
  expect(result.errors).toEqual([]);
  expect(result.isValid).toBe(true);
});

test('keeps the state names of the specification', () => {
  expect(Object.keys(saga.States)).toEqual(
    expect.arrayContaining([
      'ReserveStock',
      'ProcessPayment',
      'UpdateStock',
      'SendNotification',
      'OrderCompleted',
      'ReleaseStock',
      'RefundPayment',
      'OrderFailed',
    ]),
  );
});

test('every substitution is given by the template, and none for nothing', () => {
  const used = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1]));
  const given = template.Resources['OrderSagaStateMachine']?.Properties['DefinitionSubstitutions'] as object;
  expect([...used].sort()).toEqual(Object.keys(given).sort());
});

test.each(tasks)('%s has a timeout, retries and a way out', (_name, task) => {
  expect(task.TimeoutSeconds).toBeGreaterThan(0);
  expect(task.Retry?.length).toBeGreaterThan(0);
  expect(task.Catch?.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
});

test('retries back off with jitter up to a cap', () => {
  for (const rule of tasks.flatMap(([, task]) => task.Retry ?? [])) {
    expect(rule).toMatchObject({ JitterStrategy: 'FULL', BackoffRate: 2 });
    expect(rule.MaxDelaySeconds).toBeGreaterThan(0);
  }
});

test('business errors are never retried', () => {
  for (const name of ['ReserveStock', 'ProcessPayment', 'UpdateStock', 'SendNotification']) {
    const retried = (state(name).Retry ?? []).flatMap((rule) => rule.ErrorEquals);
    expect(retried).not.toEqual(expect.arrayContaining(['States.ALL']));
    expect(retried).not.toEqual(expect.arrayContaining(['States.TaskFailed']));
    for (const error of businessErrors) expect(retried).not.toContain(error);
  }
});

test('business errors and unknown outcomes lead to exactly what must be undone', () => {
  expect(caught('ReserveStock', 'OutOfStock')).toBe('FailOrder');
  expect(caught('ReserveStock', 'States.Timeout')).toBe('RefundPayment');
  expect(caught('ProcessPayment', 'PaymentDeclined')).toBe('ReleaseStock');
  expect(caught('ProcessPayment', 'OrderCancelled')).toBe('ReleaseStock');
  expect(caught('ProcessPayment', 'States.Timeout')).toBe('RefundPayment');
  expect(caught('UpdateStock', 'States.Timeout')).toBe('RefundPayment');
  expect(caught('SendNotification', 'States.Timeout')).toBe('CompleteOrder');
});

describe('the forward steps', () => {
  const forward = ['ReserveStock', 'ProcessPayment', 'UpdateStock'];
  /** The longest pauses of a rule, in seconds; full jitter makes each half of it on average. */
  const pauses = ({
    IntervalSeconds = 1,
    MaxAttempts = 3,
    BackoffRate = 2,
    MaxDelaySeconds = Infinity,
  }: Rule) =>
    Array.from({ length: MaxAttempts }, (_, n) =>
      Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds),
    );
  const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

  test.each(forward)('%s outlives two minutes without what it calls, however the dice fall', (name) => {
    const rule = state(name).Retry?.find(({ ErrorEquals }) => ErrorEquals.includes('TransientError'));
    const longest = pauses(rule as Rule);
    // Sums of that many uniform pauses are normal; five standard deviations below the mean happen once in 3.5 million.
    const deviation = Math.sqrt(sum(longest.map((pause) => pause ** 2 / 12)));
    expect(sum(longest) / 2 - 5 * deviation).toBeGreaterThan(120);
  });

  test('end, with all their attempts and pauses, before the hold of the stock', () => {
    const longest = forward.map((name) => {
      const { Retry = [], TimeoutSeconds = 0 } = state(name);
      const attempts = 1 + sum(Retry.map(({ MaxAttempts = 3 }) => MaxAttempts));
      return attempts * TimeoutSeconds + sum(Retry.flatMap(pauses));
    });
    expect(sum(longest)).toBeLessThan(holdSeconds);
  });
});

describe('compensation', () => {
  test('runs in the reverse order of the steps', () => {
    expect(state('RefundPayment').Next).toBe('ReleaseStock');
    expect(state('ReleaseStock').Next).toBe('FailOrder');
  });

  test.each(compensations)('%s is retried long, whatever the error, then parked', (name) => {
    const [rule] = state(name).Retry ?? [];
    expect(rule?.ErrorEquals).toEqual(['States.ALL']);
    expect(rule?.MaxAttempts).toBeGreaterThanOrEqual(30);
    const next = name === 'CompensationFailed' ? 'OrderParked' : 'CompensationFailed';
    expect(caught(name, 'AnythingElse')).toBe(next);
  });

  test('the whole machine outlives two compensations that use all their attempts', () => {
    const rule = state('ReleaseStock').Retry?.[0];
    const longest =
      (rule?.MaxAttempts ?? 0) * ((rule?.MaxDelaySeconds ?? 0) + (state('ReleaseStock').TimeoutSeconds ?? 0));
    expect(saga.TimeoutSeconds).toBeGreaterThan(longest * 4);
  });
});
