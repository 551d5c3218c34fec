export interface Paint {
  readonly main: string;
  readonly dark: string;
  readonly light: string;
  readonly accent: string;
}

/** Draws a thing in the given colours, as SVG elements on a canvas of 400 x 400. */
export type Draw = (paint: Paint) => string;

/** Traditional Japanese colours, by category: base hues of its things and the tint of its background. */
const palettes: Readonly<
  Record<string, { hues: readonly number[]; background: readonly [string, string]; pattern: string }>
> = {
  kitchen: { hues: [18, 205, 32], background: ['#f6efe4', '#e8dccb'], pattern: 'ichimatsu' },
  tableware: { hues: [214, 26, 190], background: ['#eef2f5', '#d7e2ea'], pattern: 'seigaiha' },
  tea: { hues: [96, 128, 36], background: ['#f0f3e4', '#d9e3c2'], pattern: 'asanoha' },
  food: { hues: [8, 42, 84], background: ['#fbf0e2', '#f3dcbf'], pattern: 'shippo' },
  stationery: { hues: [226, 350, 44], background: ['#eff0f7', '#d8dcec'], pattern: 'ichimatsu' },
  home: { hues: [30, 160, 52], background: ['#f5f1ea', '#e3d9c8'], pattern: 'asanoha' },
  bath: { hues: [184, 200, 336], background: ['#eaf5f5', '#cfe6e6'], pattern: 'seigaiha' },
  clothing: { hues: [222, 204, 14], background: ['#eef1f4', '#d5dde5'], pattern: 'shippo' },
  bags: { hues: [28, 16, 216], background: ['#f6eee6', '#ead6c4'], pattern: 'ichimatsu' },
  garden: { hues: [22, 140, 210], background: ['#eef5e8', '#d3e5c6'], pattern: 'asanoha' },
  kids: { hues: [4, 46, 200], background: ['#fff5df', '#ffe3b0'], pattern: 'shippo' },
  outdoor: { hues: [158, 24, 196], background: ['#e9f1ee', '#c9ddd5'], pattern: 'seigaiha' },
};
const fallback = { hues: [210], background: ['#f2f2f2', '#dedede'] as const, pattern: 'ichimatsu' };

export function paintFor(
  category: string,
  variation: number,
): Paint & { background: readonly [string, string]; pattern: string } {
  const { hues, background, pattern } = palettes[category] ?? fallback;
  const hue = ((hues[variation % hues.length] ?? 210) + ((variation * 7) % 17) - 8 + 360) % 360;
  const saturation = 38 + ((variation * 5) % 22);
  const lightness = 46 + ((variation * 3) % 14);
  const hsl = (h: number, s: number, l: number): string => `hsl(${h} ${s}% ${l}%)`;
  return {
    main: hsl(hue, saturation, lightness),
    dark: hsl(hue, saturation + 4, lightness - 20),
    light: hsl(hue, saturation - 12, 88),
    accent: hsl((hue + 160 + ((variation * 11) % 50)) % 360, 58, 58),
    background,
    pattern,
  };
}

/** Patterns of cloth: waves, hemp leaves, circles, checks. */
export const patterns: Readonly<Record<string, string>> = {
  seigaiha:
    '<pattern id="p" width="48" height="24" patternUnits="userSpaceOnUse"><g fill="none" stroke="#fff" stroke-width="2"><circle cx="24" cy="24" r="23"/><circle cx="24" cy="24" r="15"/><circle cx="24" cy="24" r="7"/><circle cx="0" cy="12" r="23"/><circle cx="48" cy="12" r="23"/></g></pattern>',
  asanoha:
    '<pattern id="p" width="40" height="70" patternUnits="userSpaceOnUse"><path d="M20 0v70M0 11.7l40 23.3M40 11.7L0 35M0 58.3L40 35M40 58.3L0 35M0 11.7v46.6M40 11.7v46.6M0 11.7L20 0l20 11.7M0 58.3L20 70l20-11.7" fill="none" stroke="#fff" stroke-width="2"/></pattern>',
  shippo:
    '<pattern id="p" width="44" height="44" patternUnits="userSpaceOnUse"><g fill="none" stroke="#fff" stroke-width="2"><circle cx="22" cy="22" r="22"/><circle cx="0" cy="0" r="22"/><circle cx="44" cy="0" r="22"/><circle cx="0" cy="44" r="22"/><circle cx="44" cy="44" r="22"/></g></pattern>',
  ichimatsu:
    '<pattern id="p" width="44" height="44" patternUnits="userSpaceOnUse"><path d="M0 0h22v22H0zM22 22h22v22H22z" fill="#fff"/></pattern>',
};
