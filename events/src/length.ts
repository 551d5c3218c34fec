/** Length of a string in Unicode code points, as JSON Schema counts minLength and maxLength. */
export function length(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
