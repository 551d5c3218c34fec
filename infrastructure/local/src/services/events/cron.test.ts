import { AwsError } from '../../endpoint/aws';
import { compileSchedule } from './schedule';

const since = Date.parse('2026-01-01T00:00:00Z');

function nextAfter(expression: string, after: string): string | undefined {
  const time = compileSchedule(expression, since)(Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString();
}

test.each([
  ['rate(5 minutes)', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00.000Z'],
  ['rate(5 minutes)', '2026-01-01T00:07:00Z', '2026-01-01T00:10:00.000Z'],
  ['rate(1 day)', '2026-03-01T12:00:00Z', '2026-03-02T00:00:00.000Z'],
  ['cron(0 10 * * ? *)', '2026-01-01T09:59:59Z', '2026-01-01T10:00:00.000Z'],
  ['cron(0 10 * * ? *)', '2026-01-01T10:00:00Z', '2026-01-02T10:00:00.000Z'],
  ['cron(15 12 * * ? *)', '2026-12-31T13:00:00Z', '2027-01-01T12:15:00.000Z'],
  ['cron(0 18 ? * MON-FRI *)', '2026-01-02T18:00:00Z', '2026-01-05T18:00:00.000Z'],
  ['cron(0/15 * * * ? *)', '2026-01-01T00:50:00Z', '2026-01-01T01:00:00.000Z'],
  ['cron(5,35 8-17 * * ? *)', '2026-01-01T08:05:00Z', '2026-01-01T08:35:00.000Z'],
  ['cron(0 8 1 * ? *)', '2026-01-01T08:00:00Z', '2026-02-01T08:00:00.000Z'],
  ['cron(0 0 L * ? *)', '2028-02-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['cron(0 0 15W * ? *)', '2026-02-01T00:00:00Z', '2026-02-16T00:00:00.000Z'],
  ['cron(0 0 1W * ? *)', '2026-07-31T00:00:00Z', '2026-08-03T00:00:00.000Z'],
  ['cron(0 0 31W * ? *)', '2026-05-01T00:00:00Z', '2026-05-29T00:00:00.000Z'],
  ['cron(0 0 ? * 3#2 *)', '2026-01-01T00:00:00Z', '2026-01-13T00:00:00.000Z'],
  ['cron(0 0 ? * 6L *)', '2026-01-01T00:00:00Z', '2026-01-30T00:00:00.000Z'],
  ['cron(0 0 29 FEB ? *)', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['cron(0 0 1 1 ? 2027/2)', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
  ['cron(0 0 1 1 ? 2025)', '2026-01-01T00:00:00Z', undefined],
])('%s after %s is %s', (expression, after, expected) => {
  expect(nextAfter(expression, after)).toBe(expected);
});

test.each([
  'rate(0 minutes)',
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(5 weeks)',
  'cron(0 10 * * *)',
  'cron(0 10 * * * *)',
  'cron(0 10 ? * ? *)',
  'cron(60 10 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 10 32 * ? *)',
  'cron(0 10 ? * FOO *)',
  'cron(5-1 * * * ? *)',
  'cron(0/0 * * * ? *)',
  'every minute',
])('%s is no schedule', (expression) => {
  expect(() => compileSchedule(expression, since)).toThrow(AwsError);
});
