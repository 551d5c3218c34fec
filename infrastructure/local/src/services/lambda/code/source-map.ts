/**
 * Node decodes a bundle's whole source map when the first error of an environment asks for its stack. Nearly all of
 * it maps vendor code (100 ms for two SDK clients, measured), so before a map is used the vendor's part is dropped.
 * Frames in vendor code then stand as positions in the bundle.
 */

interface SourceMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
  readonly [member: string]: unknown;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Uint8Array(128);
for (let index = 0; index < alphabet.length; index += 1) values[alphabet.charCodeAt(index)] = index;

/** `place` turns a source path as it stands in the map into the one that shall stand there. */
export function withoutVendorCode(json: string, place: (source: string) => string): string {
  const map = JSON.parse(json) as SourceMap;
  const kept: string[] = [];
  const renumbered = map.sources.map((source) =>
    source.includes('node_modules/') ? -1 : kept.push(place(source)) - 1,
  );
  const mappings = filterMappings(map.mappings, renumbered);
  return JSON.stringify({ ...map, sources: kept, names: [], mappings, sourcesContent: undefined });
}

/** Keeps the segments whose source has a new number (not -1). Where they end, a segment without a source ends them. */
function filterMappings(mappings: string, renumbered: readonly number[]): string {
  const output: string[] = [];
  // The last values read (source, line, column) and the last ones written: all fields are differences.
  const read = [0, 0, 0, 0];
  const written = [0, 0, 0];
  let generatedRead = 0;
  let generatedWritten = 0;
  let open = false;
  let first = true;
  let position = 0;
  while (position < mappings.length) {
    const code = mappings.charCodeAt(position);
    if (code === 59) {
      output.push(';');
      generatedRead = generatedWritten = 0;
      first = true;
      position += 1;
      continue;
    }
    if (code === 44) {
      position += 1;
      continue;
    }
    let field = 0;
    while (position < mappings.length) {
      const end = mappings.charCodeAt(position);
      if (end === 44 || end === 59) break;
      let value = 0;
      let shift = 0;
      let digit: number;
      do {
        digit = values[mappings.charCodeAt(position++)] ?? 0;
        value |= (digit & 31) << shift;
        shift += 5;
      } while (digit & 32);
      const difference = value & 1 ? -(value >>> 1) : value >>> 1;
      if (field === 0) generatedRead += difference;
      else read[field - 1] = (read[field - 1] ?? 0) + difference;
      field += 1;
    }
    const source = field >= 4 ? (renumbered[read[0] ?? 0] ?? -1) : -1;
    if (source < 0 && !open) continue;
    let segment = `${first ? '' : ','}${encode(generatedRead - generatedWritten)}`;
    if (source >= 0) {
      const target = [source, read[1] ?? 0, read[2] ?? 0];
      for (let index = 0; index < 3; index += 1) {
        segment += encode((target[index] ?? 0) - (written[index] ?? 0));
        written[index] = target[index] ?? 0;
      }
    }
    output.push(segment);
    generatedWritten = generatedRead;
    first = false;
    open = source >= 0;
  }
  return output.join('');
}

function encode(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += alphabet[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
