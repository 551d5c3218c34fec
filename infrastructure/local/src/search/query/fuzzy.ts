/** `AUTO` or `AUTO:low,high`: nothing for shorter terms than low (3), one edit below high (6), two beyond. */
export function autoFuzziness(term: string, setting = 'AUTO'): number {
  const [, low = '3', high = '6'] = /^AUTO:(\d+),(\d+)$/i.exec(setting) ?? [];
  return term.length < Number(low) ? 0 : term.length < Number(high) ? 1 : 2;
}

/** Edits between two terms, swapped neighbours being one; undefined where they are more than `most`. */
export function editDistance(left: string, right: string, most: number): number | undefined {
  if (Math.abs(left.length - right.length) > most) return undefined;
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      let edits = Math.min((row[j - 1] ?? 0) + (same ? 0 : 1), (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      next.push(edits);
    }
    if (Math.min(...next) > most) return undefined;
    before = row;
    row = next;
  }
  const edits = row[right.length] ?? 0;
  return edits <= most ? edits : undefined;
}
