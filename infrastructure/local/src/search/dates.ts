const iso = /^\d{4}(-\d{2}(-\d{2}(T\d{2}(:\d{2}(:\d{2}([.,]\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/** `strict_date_optional_time||epoch_millis`: milliseconds, or undefined where it is no date. */
export function parseDate(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^-?\d{5,}$/.test(value)) return Number(value);
  if (!iso.test(value)) return undefined;
  const zoned = /T.*(Z|[+-]\d{2}:?\d{2})$/.test(value) || !value.includes('T');
  const full = value.replace(/T(\d{2})(?=Z|[+-]|$)/, 'T$1:00').replace(',', '.');
  const ms = Date.parse(zoned ? full : `${full}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

const lengths: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  H: 3_600_000,
  m: 60_000,
  s: 1_000,
};

/** Date math as range queries take it: `now-7d/d`, `2026-11-01||+1M`. Rounding up reaches the unit's last millisecond. */
export function dateMath(expression: unknown, roundUp: boolean, now = Date.now()): number | undefined {
  if (typeof expression !== 'string') return parseDate(expression);
  const [anchor, math] = expression.startsWith('now')
    ? [now, expression.slice(3)]
    : [parseDate(expression.split('||')[0]), expression.split('||')[1] ?? ''];
  if (anchor === undefined || !/^([+-]\d*[yMwdhHms]|\/[yMwdhHms])*$/.test(math)) return undefined;
  let at = anchor;
  for (const [, operator = '', count = '', unit = ''] of math.matchAll(/([+/-])(\d*)([yMwdhHms])/g)) {
    if (operator === '/') at = roundUp ? shift(floor(at, unit), 1, unit) - 1 : floor(at, unit);
    else at = shift(at, Number(`${operator}${count || '1'}`), unit);
  }
  return at;
}

function shift(at: number, count: number, unit: string): number {
  const length = lengths[unit];
  if (length !== undefined) return at + count * length;
  const date = new Date(at);
  const months = unit === 'y' ? 12 * count : count;
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}

function floor(at: number, unit: string): number {
  const date = new Date(at);
  if (unit === 'y') return Date.UTC(date.getUTCFullYear(), 0);
  if (unit === 'M') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  // The epoch was a Thursday; weeks begin on Monday.
  if (unit === 'w') return Math.floor((at - 4 * 86_400_000) / 604_800_000) * 604_800_000 + 4 * 86_400_000;
  const length = lengths[unit] ?? 1;
  return Math.floor(at / length) * length;
}
