import { AwsError } from '../../endpoint/aws';

/** Finds the next time after a given one (epoch milliseconds); undefined when there is none any more. */
export type NextTime = (after: number) => number | undefined;

type DayTest = (date: Date) => boolean;

const day = 86_400_000;
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

export const invalidSchedule = (): AwsError =>
  new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');

/**
 * `minutes hours day-of-month month day-of-week year`, in UTC; one of the two day fields is `?`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * Throws ValidationException.
 */
export function compileCron(fields: string): NextTime {
  const [
    minuteField = '',
    hourField = '',
    dateField = '',
    monthField = '',
    weekdayField = '',
    yearField = '',
    ...more
  ] = fields.split(' ');
  if (more.length > 0 || yearField === '' || (dateField === '?') === (weekdayField === '?'))
    throw invalidSchedule();
  const minutes = sorted(values(minuteField, 0, 59));
  const hours = sorted(values(hourField, 0, 23));
  const monthSet = values(monthField, 1, 12, months);
  const years = sorted(values(yearField, 1970, 2199));
  const isDay = dateField === '?' ? weekdayTest(weekdayField) : dateTest(dateField);
  const lastYear = years.at(-1) ?? 0;
  const yearSet = new Set(years);

  return (after) => {
    // The first minute after `after`; then day by day, because most days are skipped by month or year.
    let at = Math.floor(after / 60_000) * 60_000 + 60_000;
    for (;;) {
      const date = new Date(at);
      const year = date.getUTCFullYear();
      if (year > lastYear) return undefined;
      if (!yearSet.has(year)) at = Date.UTC(years.find((one) => one > year) ?? year + 1, 0, 1);
      else if (!monthSet.has(date.getUTCMonth() + 1)) at = Date.UTC(year, date.getUTCMonth() + 1, 1);
      else {
        const time = isDay(date) ? timeOfDay(date, hours, minutes) : undefined;
        if (time !== undefined) return time;
        at = startOfDay(at) + day;
      }
    }
  };
}

const startOfDay = (time: number): number => Math.floor(time / day) * day;
const sorted = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);

function timeOfDay(from: Date, hours: readonly number[], minutes: readonly number[]): number | undefined {
  const begin = from.getTime();
  for (const hour of hours) {
    for (const minute of minutes) {
      const time = startOfDay(begin) + hour * 3_600_000 + minute * 60_000;
      if (time >= begin) return time;
    }
  }
  return undefined;
}

/** `*`, `5`, `1-5`, `1,3`, `0/15`, `MON-FRI`. */
function values(field: string, least: number, most: number, names: readonly string[] = []): Set<number> {
  const result = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', stepText, ...more] = part.split('/');
    const [fromText = '', toText, ...rest] = range === '*' ? [String(least), String(most)] : range.split('-');
    const step = stepText === undefined ? 1 : number(stepText, []);
    const from = number(fromText, names);
    const open = stepText === undefined ? from : most;
    const to = toText === undefined ? open : number(toText, names);
    if (more.length > 0 || rest.length > 0 || step < 1 || from < least || to > most || from > to)
      throw invalidSchedule();
    for (let value = from; value <= to; value += step) result.add(value);
  }
  return result;
}

/** Names count from one, as months and AWS's days of the week do. */
function number(text: string, names: readonly string[]): number {
  const index = names.indexOf(text.toUpperCase());
  if (index >= 0) return index + 1;
  if (!/^\d+$/.test(text)) throw invalidSchedule();
  return Number(text);
}

const daysInMonth = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

/** `L`: the last day of the month. `15W`: the weekday nearest to the 15th, in the same month. */
function dateTest(field: string): DayTest {
  if (field === 'L') return (date) => date.getUTCDate() === daysInMonth(date);
  const nearest = /^(\d{1,2})W$/.exec(field)?.[1];
  if (nearest === undefined) {
    const dates = values(field, 1, 31);
    return (date) => dates.has(date.getUTCDate());
  }
  const wanted = Number(nearest);
  if (wanted < 1 || wanted > 31) throw invalidSchedule();
  return (date) => wanted <= daysInMonth(date) && date.getUTCDate() === nearestWeekday(date, wanted);
}

function nearestWeekday(month: Date, wanted: number): number {
  const weekday = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 0) return wanted === daysInMonth(month) ? wanted - 2 : wanted + 1;
  return wanted;
}

/** `2-6`, `MON-FRI`; `6L`: the last Friday; `3#2`: the second Tuesday. Sunday is 1. */
function weekdayTest(field: string): DayTest {
  const special = /^(\w+?)(?:L|#([1-5]))$/.exec(field);
  if (field === 'L') return (date) => date.getUTCDay() === 6;
  if (!special?.[1] || weekdays.includes(field.toUpperCase())) {
    const wanted = values(field, 1, 7, weekdays);
    return (date) => wanted.has(date.getUTCDay() + 1);
  }
  const [weekday] = values(special[1], 1, 7, weekdays);
  const nth = special[2];
  return (date) => {
    if (date.getUTCDay() + 1 !== weekday) return false;
    if (nth === undefined) return date.getUTCDate() + 7 > daysInMonth(date);
    return Math.ceil(date.getUTCDate() / 7) === Number(nth);
  };
}
