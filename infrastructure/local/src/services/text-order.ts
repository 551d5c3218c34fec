/** Order by UTF-8 bytes. It differs from JavaScript's order of UTF-16 units only from U+D800 upwards. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return a >= 0xd800 && b >= 0xd800 ? surrogatesLast(a) - surrogatesLast(b) : a - b;
  }
  return left.length - right.length;
}

function surrogatesLast(unit: number): number {
  return unit <= 0xdfff ? unit + 0x10000 : unit;
}
