/**
 * `DECIMAL(10,2)` as Postgres sends it ("7500.00") to an integer amount in yen. A fraction of a yen cannot be charged,
 * so it is an error in the data, not something to round away.
 */
export function yenOf(decimal: string): number {
  const match = /^(\d{1,8})(?:\.0+)?$/.exec(decimal);
  if (!match) throw new RangeError(`${decimal} is not a whole amount of yen`);
  return Number(match[1]);
}
