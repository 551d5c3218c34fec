import type { Draw } from './paint';

/** Things of the kitchen and the table. The canvas is 400 x 400; things stand on y = 320. */
export const tableShapes: Readonly<Record<string, Draw>> = {
  knife: ({ main, dark, light }) =>
    `<g transform="rotate(-38 200 200)"><path d="M50 190h190v44q-120 10-190-44z" fill="#dfe5ea"/><path d="M62 196q70 40 178 30v8q-120 8-178-38z" fill="#fff" opacity=".7"/><rect x="238" y="184" width="26" height="56" rx="4" fill="${light}"/><rect x="262" y="188" width="104" height="46" rx="20" fill="${main}"/><circle cx="288" cy="211" r="5" fill="${dark}"/><circle cx="336" cy="211" r="5" fill="${dark}"/></g>`,
  pan: ({ dark, main, light }) =>
    `<g transform="rotate(-14 200 220)"><rect x="270" y="214" width="116" height="22" rx="11" fill="${main}"/><ellipse cx="170" cy="232" rx="124" ry="66" fill="${dark}"/><ellipse cx="170" cy="222" rx="112" ry="54" fill="#3d4146"/><ellipse cx="170" cy="226" rx="92" ry="40" fill="#2c3034"/><path d="M92 212q30-26 78-28" stroke="${light}" stroke-width="5" fill="none" opacity=".5" stroke-linecap="round"/></g>`,
  pot: ({ main, dark, light }) =>
    `<path d="M92 200h216l-14 98q-4 24-30 24H136q-26 0-30-24z" fill="${main}"/><path d="M92 200h216l-4 26H96z" fill="${dark}" opacity=".35"/><rect x="58" y="212" width="40" height="22" rx="11" fill="${dark}"/><rect x="302" y="212" width="40" height="22" rx="11" fill="${dark}"/><path d="M84 198q16-54 116-54t116 54z" fill="${main}"/><path d="M116 182q24-26 84-26" stroke="${light}" stroke-width="7" fill="none" stroke-linecap="round" opacity=".7"/><circle cx="200" cy="136" r="15" fill="${dark}"/>`,
  board: ({ main, dark, light }) =>
    `<rect x="104" y="84" width="192" height="238" rx="20" fill="${main}"/><path d="M130 90q-6 120 4 228M176 86q10 110-2 234M226 86q-12 120 4 234M268 88q8 100-2 230" stroke="${dark}" stroke-width="3" fill="none" opacity=".28"/><circle cx="200" cy="116" r="13" fill="${light}"/><circle cx="200" cy="116" r="13" fill="none" stroke="${dark}" stroke-width="3" opacity=".5"/>`,
  bowl: ({ main, dark, light, accent }) =>
    `<ellipse cx="200" cy="190" rx="128" ry="36" fill="${dark}"/><ellipse cx="200" cy="194" rx="116" ry="28" fill="${light}"/><path d="M72 192q6 112 92 124h72q86-12 92-124q-30 34-128 34T72 192z" fill="${main}"/><path d="M82 232q40 26 118 26t118-26" stroke="${accent}" stroke-width="9" fill="none" opacity=".85"/><rect x="156" y="312" width="88" height="13" rx="5" fill="${dark}"/><path d="M98 232q10 44 46 66" stroke="#fff" stroke-width="8" fill="none" opacity=".35" stroke-linecap="round"/>`,
  box: ({ main, dark, light, accent }) =>
    `<path d="M84 176l116-44 116 44v116l-116 40-116-40z" fill="${main}"/><path d="M200 222v110l116-40V176z" fill="${dark}" opacity=".35"/><path d="M84 176l116-44 116 44-116 46z" fill="${light}"/><path d="M136 156l118 46v32l-22 8v-34L114 164z" fill="${accent}" opacity=".9"/>`,
  ladle: ({ main, dark, light }) =>
    `<g transform="rotate(32 200 200)"><rect x="188" y="60" width="24" height="190" rx="12" fill="${main}"/><ellipse cx="200" cy="284" rx="56" ry="66" fill="${main}"/><ellipse cx="200" cy="288" rx="40" ry="48" fill="${dark}" opacity=".35"/><path d="M176 262q10-16 28-16" stroke="${light}" stroke-width="6" fill="none" stroke-linecap="round"/><circle cx="200" cy="80" r="6" fill="${dark}"/></g>`,
  plate: ({ main, dark, light, accent }) =>
    `<circle cx="200" cy="206" r="132" fill="${dark}" opacity=".25"/><circle cx="200" cy="200" r="132" fill="${main}"/><circle cx="200" cy="200" r="118" fill="none" stroke="${accent}" stroke-width="8" stroke-dasharray="22 12"/><circle cx="200" cy="200" r="86" fill="${light}"/><path d="M154 166q20-28 56-28" stroke="#fff" stroke-width="9" fill="none" stroke-linecap="round"/>`,
  cup: ({ main, dark, light, accent }) =>
    `<path d="M118 132h164l-12 164q-2 28-30 28h-80q-28 0-30-28z" fill="${main}"/><path d="M124 214h152l-3 40H127z" fill="${accent}" opacity=".8"/><ellipse cx="200" cy="132" rx="82" ry="21" fill="${dark}"/><ellipse cx="200" cy="135" rx="70" ry="15" fill="#7c9a4b"/><path d="M142 168l8 122" stroke="${light}" stroke-width="8" stroke-linecap="round" opacity=".7"/><path d="M176 98q-12-16 0-32t0-32M220 98q-12-16 0-32t0-32" stroke="${dark}" stroke-width="5" fill="none" stroke-linecap="round" opacity=".3"/>`,
  mug: ({ main, dark, light, accent }) =>
    `<path d="M270 170h20q44 0 44 46t-44 46h-26" fill="none" stroke="${main}" stroke-width="22"/><path d="M96 130h184v152q0 40-40 40H136q-40 0-40-40z" fill="${main}"/><ellipse cx="188" cy="130" rx="92" ry="22" fill="${dark}"/><ellipse cx="188" cy="134" rx="80" ry="16" fill="#5b3b27"/><path d="M118 168v100" stroke="${light}" stroke-width="10" stroke-linecap="round" opacity=".7"/><circle cx="194" cy="226" r="34" fill="none" stroke="${accent}" stroke-width="8"/><circle cx="194" cy="226" r="12" fill="${accent}"/>`,
  teapot: ({ main, dark, light, accent }) =>
    `<path d="M120 182q80-120 160 0" fill="none" stroke="${dark}" stroke-width="15"/><path d="M286 214q40-6 60-56l20 12q-18 74-70 90z" fill="${main}"/><ellipse cx="200" cy="248" rx="114" ry="78" fill="${main}"/><ellipse cx="200" cy="184" rx="60" ry="18" fill="${dark}"/><ellipse cx="200" cy="178" rx="54" ry="16" fill="${main}"/><circle cx="200" cy="158" r="13" fill="${accent}"/><path d="M116 236q10-36 46-46" stroke="${light}" stroke-width="8" fill="none" stroke-linecap="round" opacity=".7"/><g fill="${dark}" opacity=".4">${dots(124, 276, 228, 290, 20)}</g>`,
  bottle: ({ main, dark, light, accent }) =>
    `<rect x="176" y="62" width="48" height="40" rx="6" fill="${dark}"/><path d="M180 100h40v40q46 24 46 78v82q0 24-24 24h-84q-24 0-24-24v-82q0-54 46-78z" fill="${main}"/><rect x="134" y="214" width="132" height="70" fill="${light}"/><path d="M150 238h100M150 258h66" stroke="${accent}" stroke-width="8" stroke-linecap="round"/><path d="M156 186q6-22 26-34" stroke="#fff" stroke-width="7" fill="none" stroke-linecap="round" opacity=".55"/>`,
  chopsticks: ({ main, dark, accent, light }) =>
    `<g transform="rotate(28 200 200)"><path d="M164 60h22l-4 280h-8z" fill="${main}"/><path d="M214 60h22l-8 280h-8z" fill="${main}"/><path d="M164 60h22l-1 76h-20z" fill="${accent}"/><path d="M214 60h22l-2 76h-20z" fill="${accent}"/><path d="M165 112h20M215 112h20" stroke="${light}" stroke-width="6"/></g><rect x="142" y="288" width="120" height="22" rx="11" fill="${dark}"/>`,
  vase: ({ main, dark, light, accent }) =>
    `<path d="M204 190q-10-70 22-124" stroke="#5b7b4a" stroke-width="6" fill="none"/><path d="M206 130q-34-4-44-30 34-4 46 18" fill="#7fa066"/><circle cx="230" cy="62" r="24" fill="${accent}"/><circle cx="230" cy="62" r="9" fill="${light}"/><path d="M176 182h52q-6 34 30 62t-10 78h-92q-38-50-10-78t30-62z" fill="${main}"/><ellipse cx="202" cy="182" rx="27" ry="8" fill="${dark}"/><path d="M158 262q-8 20 2 42" stroke="${light}" stroke-width="8" fill="none" stroke-linecap="round" opacity=".7"/>`,
  teabag: ({ main, dark, light, accent }) =>
    `<path d="M116 104h168l12 200q0 20-20 20H124q-20 0-20-20z" fill="${main}"/><path d="M116 104h168l2 36H114z" fill="${dark}" opacity=".45"/><path d="M122 122h156" stroke="${light}" stroke-width="3" stroke-dasharray="8 6"/><rect x="146" y="166" width="108" height="120" rx="6" fill="${light}"/><path d="M200 186q36 24 0 74q-36-50 0-74z" fill="${accent}"/><path d="M200 196v60" stroke="${light}" stroke-width="3"/>`,
  tin: ({ main, dark, light, accent }) =>
    `<path d="M114 140v160q0 24 86 24t86-24V140z" fill="${main}"/><ellipse cx="200" cy="140" rx="86" ry="24" fill="${light}"/><path d="M114 140v34q0 24 86 24t86-24v-34q0 24-86 24t-86-24z" fill="${dark}"/><circle cx="200" cy="254" r="38" fill="${light}"/><path d="M200 228q26 24 0 54q-26-30 0-54z" fill="${accent}"/><path d="M130 206v92" stroke="#fff" stroke-width="8" opacity=".4" stroke-linecap="round"/>`,
  whisk: ({ main, dark, accent }) =>
    `<rect x="172" y="70" width="56" height="96" rx="10" fill="${main}"/><path d="M172 160h56l6 22h-68z" fill="${accent}"/>${spread(14, (t) => `<path d="M${180 + 40 * t} 182q${-60 + 120 * t} 60 ${-40 + 80 * t} 136" stroke="${dark}" stroke-width="4" fill="none" stroke-linecap="round"/>`)}`,
  jar: ({ main, dark, light, accent }) =>
    `<rect x="124" y="84" width="152" height="44" rx="8" fill="${dark}"/><path d="M128 128h144q22 20 22 52v112q0 32-32 32H138q-32 0-32-32V180q0-32 22-52z" fill="${light}" opacity=".75"/><path d="M114 190h172v102q0 26-26 26H140q-26 0-26-26z" fill="${main}"/><rect x="140" y="206" width="120" height="76" rx="6" fill="#fffdf6"/><circle cx="200" cy="236" r="16" fill="${accent}"/><path d="M166 266h68" stroke="${dark}" stroke-width="5" stroke-linecap="round"/>`,
  leaf: ({ main, dark, light }) =>
    `<path d="M96 300q-20-170 190-220q32 190-150 226z" fill="${main}"/><path d="M92 322q60-150 176-216" stroke="${dark}" stroke-width="7" fill="none" stroke-linecap="round"/><path d="M150 230l-18-54M186 190l-12-58M170 214l64 6M206 174l54 2" stroke="${light}" stroke-width="5" fill="none" stroke-linecap="round"/>`,
  mushroom: ({ main, dark, light }) =>
    `<path d="M168 210h64l14 94q0 20-46 20t-46-20z" fill="${light}"/><path d="M72 222q6-124 128-124t128 124q-40 20-128 20T72 222z" fill="${main}"/><path d="M128 176l26-18M190 148l24 12M250 184l22-12" stroke="${dark}" stroke-width="8" stroke-linecap="round" opacity=".55"/>`,
  ricebag: ({ main, dark, light, accent }) =>
    `<path d="M118 124q82-22 164 0q34 100 10 184q-92 32-184 0q-24-84 10-184z" fill="${main}"/><path d="M128 124q10-50 72-50t72 50q-72-18-144 0z" fill="${light}"/><path d="M124 124q76-20 152 0" stroke="${accent}" stroke-width="12" fill="none"/><circle cx="200" cy="222" r="54" fill="${light}"/><path d="M200 188v70M172 206q28 26 56 0" stroke="${dark}" stroke-width="7" fill="none" stroke-linecap="round"/>`,
  noodles: ({ main, dark, light, accent }) =>
    `<rect x="112" y="92" width="176" height="222" rx="10" fill="${light}"/>${spread(13, (t) => `<path d="M${124 + 152 * t} 100v206" stroke="${main}" stroke-width="7"/>`)}<rect x="104" y="168" width="192" height="66" rx="6" fill="${accent}"/><path d="M150 201h100" stroke="#fff" stroke-width="9" stroke-linecap="round"/><path d="M112 268h176" stroke="${dark}" stroke-width="5" opacity=".4"/>`,
};

function dots(x1: number, x2: number, y1: number, y2: number, step: number): string {
  let marks = '';
  for (let y = y1; y <= y2; y += step)
    for (let x = x1; x <= x2; x += step) marks += `<circle cx="${x}" cy="${y}" r="3"/>`;
  return marks;
}

function spread(count: number, draw: (t: number) => string): string {
  return Array.from({ length: count }, (_, index) => draw(index / (count - 1))).join('');
}
