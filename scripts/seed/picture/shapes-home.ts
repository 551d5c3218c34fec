import type { Draw } from './paint';

/** Things of the desk, the rooms and the bath. */
export const homeShapes: Readonly<Record<string, Draw>> = {
  notebook: ({ main, dark, light, accent }) =>
    `<rect x="110" y="80" width="190" height="242" rx="10" fill="${dark}"/><rect x="104" y="76" width="190" height="242" rx="10" fill="${main}"/><rect x="104" y="76" width="34" height="242" rx="10" fill="${dark}" opacity=".4"/><rect x="160" y="116" width="108" height="62" rx="4" fill="${light}"/><path d="M176 138h76M176 156h50" stroke="${dark}" stroke-width="5" stroke-linecap="round" opacity=".6"/><path d="M254 318v26l10-9 10 9v-26z" fill="${accent}"/>`,
  letter: ({ main, dark, light, accent }) =>
    `<rect x="74" y="122" width="252" height="176" rx="8" fill="${light}"/><path d="M74 130l126 96 126-96" fill="none" stroke="${dark}" stroke-width="5" opacity=".5"/><path d="M74 126q0-4 8-4h236q8 0 8 4l-126 92z" fill="${main}"/><circle cx="200" cy="216" r="21" fill="${accent}"/><path d="M192 216l6 7 12-14" stroke="#fff" stroke-width="5" fill="none"/>`,
  pen: ({ main, dark, light, accent }) =>
    `<g transform="rotate(42 200 200)"><rect x="180" y="40" width="40" height="112" rx="16" fill="${main}"/><rect x="212" y="58" width="9" height="72" rx="4" fill="${accent}"/><rect x="176" y="150" width="48" height="12" fill="${accent}"/><rect x="182" y="162" width="36" height="116" fill="${main}"/><path d="M184 278h32l-10 44h-12z" fill="${dark}"/><path d="M188 322h24l-12 46z" fill="${accent}"/><path d="M190 62v76M191 174v92" stroke="${light}" stroke-width="6" opacity=".6" stroke-linecap="round"/></g>`,
  pencil: ({ main, light, accent, dark }) =>
    ['-14', '0', '14']
      .map(
        (angle, i) =>
          `<g transform="rotate(${angle} 200 340)"><rect x="${184}" y="110" width="32" height="200" fill="${[main, accent, dark][i] ?? main}"/><path d="M195 110v200" stroke="${light}" stroke-width="7" opacity=".5"/><path d="M184 110l16-48 16 48z" fill="#ead2ac"/><path d="M194 80l6-18 6 18z" fill="#444"/></g>`,
      )
      .join(''),
  ink: ({ main, dark, light, accent }) =>
    `<rect x="158" y="92" width="84" height="50" rx="8" fill="${dark}"/><path d="M126 158q0-16 16-16h116q16 0 16 16l18 140q2 26-24 26H132q-26 0-24-26z" fill="${light}" opacity=".8"/><path d="M120 216h160l10 82q2 16-16 16H126q-18 0-16-16z" fill="${main}"/><rect x="152" y="232" width="96" height="52" rx="4" fill="#fffdf6"/><path d="M200 242q16 18 0 34q-16-16 0-34z" fill="${accent}"/>`,
  brush: ({ main, dark, light }) =>
    `<g transform="rotate(36 200 200)"><rect x="186" y="44" width="28" height="178" rx="12" fill="${main}"/><rect x="182" y="216" width="36" height="34" fill="${light}"/><path d="M182 250h36q6 56-18 98q-24-42-18-98z" fill="${dark}"/><circle cx="200" cy="62" r="5" fill="${light}"/></g>`,
  block: ({ main, light, accent }) =>
    `<g transform="rotate(-12 200 220)"><rect x="96" y="168" width="208" height="104" rx="14" fill="${light}"/><rect x="152" y="162" width="154" height="116" rx="8" fill="${main}"/><path d="M180 162v116M210 162v116" stroke="${accent}" stroke-width="14"/></g>`,
  scissors: ({ main, dark, light }) =>
    `<g fill="none" stroke="${main}" stroke-width="20"><circle cx="142" cy="286" r="34"/><circle cx="258" cy="286" r="34"/></g><path d="M160 256L262 74q14 60-46 130l-36 66z" fill="${light}"/><path d="M240 256L138 74q-14 60 46 130l36 66z" fill="#cfd6db"/><circle cx="200" cy="206" r="10" fill="${dark}"/>`,
  tape: ({ main, dark, light, accent }) =>
    `<g>${[
      [150, 240, main],
      [252, 256, accent],
      [204, 150, dark],
    ]
      .map(
        ([x, y, color]) =>
          `<circle cx="${x}" cy="${y}" r="66" fill="${color}"/><circle cx="${x}" cy="${y}" r="44" fill="#efe6d6"/><circle cx="${x}" cy="${y}" r="30" fill="${light}"/>`,
      )
      .join('')}</g>`,
  pouch: ({ main, dark, light, accent }) =>
    `<path d="M108 180q-20 144 92 144t92-144z" fill="${main}"/><path d="M96 182q0-74 104-74t104 74z" fill="${main}"/><path d="M94 174h212v20H94z" fill="${accent}"/><circle cx="188" cy="164" r="13" fill="${accent}"/><circle cx="212" cy="164" r="13" fill="${accent}"/><path d="M132 226q4 48 34 70" stroke="${light}" stroke-width="8" fill="none" stroke-linecap="round" opacity=".6"/><path d="M120 236h160" stroke="${dark}" stroke-width="3" stroke-dasharray="9 8" opacity=".5"/>`,
  lamp: ({ main, dark, light, accent }) =>
    `<ellipse cx="200" cy="176" rx="150" ry="120" fill="${accent}" opacity=".18"/><path d="M150 92h100l46 116H104z" fill="${light}"/><path d="M150 92h100l46 116H104z" fill="${accent}" opacity=".35"/><path d="M168 92l-24 116M200 92v116M232 92l24 116" stroke="${main}" stroke-width="4" opacity=".6"/><rect x="192" y="208" width="16" height="92" fill="${dark}"/><ellipse cx="200" cy="306" rx="66" ry="16" fill="${dark}"/>`,
  candle: ({ main, light, accent, dark }) =>
    `<ellipse cx="200" cy="104" rx="62" ry="72" fill="${accent}" opacity=".2"/><path d="M200 58q32 40 0 74q-32-34 0-74z" fill="${accent}"/><path d="M200 88q14 20 0 40q-14-20 0-40z" fill="#fff6d8"/><path d="M200 130v22" stroke="#555" stroke-width="4"/><path d="M164 152q36-14 72 0l-8 150h-56z" fill="${main}"/><path d="M178 166l3 118" stroke="${light}" stroke-width="8" stroke-linecap="round" opacity=".7"/><rect x="132" y="296" width="136" height="26" rx="13" fill="${dark}"/>`,
  cushion: ({ main, dark, light, accent }) =>
    `<path d="M92 102q108 26 216 0q-26 108 0 216q-108-26-216 0q26-108 0-216z" fill="${main}"/><path d="M128 136q72 14 144 0q-14 74 0 148q-72-14-144 0q14-74 0-148z" fill="none" stroke="${accent}" stroke-width="8"/><path d="M200 170l40 40-40 40-40-40z" fill="${light}"/><path d="M200 192l18 18-18 18-18-18z" fill="${dark}"/>`,
  blanket: ({ main, dark, light, accent }) =>
    `<path d="M84 264h232v42q0 18-18 18H102q-18 0-18-18z" fill="${dark}"/><rect x="84" y="212" width="232" height="58" rx="22" fill="${main}"/><rect x="84" y="162" width="232" height="58" rx="22" fill="${accent}"/><rect x="84" y="112" width="232" height="58" rx="22" fill="${main}"/><path d="M128 112v58M160 112v58M240 112v58M272 112v58" stroke="${light}" stroke-width="8" opacity=".8"/>${Array.from({ length: 15 }, (_, i) => `<path d="M${96 + i * 15} 322v18" stroke="${light}" stroke-width="4"/>`).join('')}`,
  clock: ({ main, dark, light, accent }) =>
    `<circle cx="200" cy="204" r="128" fill="${main}"/><circle cx="200" cy="204" r="106" fill="${light}"/>${Array.from({ length: 12 }, (_, i) => `<rect x="196" y="108" width="8" height="20" rx="3" fill="${dark}" transform="rotate(${i * 30} 200 204)"/>`).join('')}<path d="M200 204V138" stroke="${dark}" stroke-width="10" stroke-linecap="round"/><path d="M200 204l52 32" stroke="${accent}" stroke-width="8" stroke-linecap="round"/><circle cx="200" cy="204" r="10" fill="${dark}"/>`,
  stool: ({ main, dark, light }) =>
    `<path d="M136 180l-34 144h24l38-144zM264 180l34 144h-24l-38-144z" fill="${dark}"/><rect x="190" y="180" width="20" height="144" fill="${dark}"/><rect x="118" y="252" width="164" height="13" fill="${dark}" opacity=".8"/><ellipse cx="200" cy="182" rx="118" ry="34" fill="${dark}"/><ellipse cx="200" cy="168" rx="118" ry="34" fill="${main}"/><ellipse cx="200" cy="166" rx="76" ry="19" fill="none" stroke="${light}" stroke-width="4" opacity=".7"/>`,
  basket: ({ main, dark, light }) =>
    `<path d="M116 200q84-170 168 0" fill="none" stroke="${dark}" stroke-width="15"/><path d="M84 196h232l-30 112q-4 16-22 16H136q-18 0-22-16z" fill="${main}"/>${Array.from({ length: 4 }, (_, row) => `<path d="M${92 + row * 7} ${216 + row * 26}h${216 - row * 14}" stroke="${row % 2 ? light : dark}" stroke-width="9" stroke-dasharray="22 12" stroke-dashoffset="${row * 17}" opacity=".65"/>`).join('')}<rect x="76" y="186" width="248" height="20" rx="10" fill="${dark}"/>`,
  mat: ({ main, dark, light, accent }) =>
    `<path d="M92 152h216l40 130H52z" fill="${main}"/><path d="M108 168h184l30 98H78z" fill="none" stroke="${accent}" stroke-width="8"/>${Array.from({ length: 9 }, (_, i) => `<path d="M${124 + i * 19} 180l${-20 + i * 5} 74" stroke="${light}" stroke-width="5" opacity=".6"/>`).join('')}<path d="M52 282h296v14H52z" fill="${dark}" opacity=".6"/>`,
  incense: ({ main, dark, light, accent }) =>
    `<path d="M214 132q-26-20 0-44t-4-50" stroke="${dark}" stroke-width="6" fill="none" opacity=".3" stroke-linecap="round"/><path d="M214 132L196 282" stroke="${accent}" stroke-width="6"/><circle cx="214" cy="133" r="6" fill="#e2572b"/><rect x="90" y="276" width="220" height="40" rx="12" fill="${main}"/><rect x="104" y="276" width="192" height="11" rx="5" fill="${light}"/>`,
  frame: ({ main, light, accent, dark }) =>
    `<rect x="92" y="84" width="216" height="236" rx="6" fill="${main}"/><rect x="118" y="110" width="164" height="184" fill="${light}"/><circle cx="238" cy="150" r="19" fill="${accent}"/><path d="M118 294v-44l54-62 46 50 26-24 38 42v38z" fill="${dark}" opacity=".75"/>`,
  bell: ({ main, light, accent, dark }) =>
    `<path d="M200 60v42" stroke="${dark}" stroke-width="4"/><path d="M124 196q0-94 76-94t76 94q-26 14-76 14t-76-14z" fill="${main}" opacity=".75"/><path d="M146 178q4-52 38-62" stroke="#fff" stroke-width="8" fill="none" stroke-linecap="round" opacity=".8"/><path d="M160 160q16-22 36 0t36 0" stroke="${accent}" stroke-width="7" fill="none"/><path d="M200 206v44" stroke="${dark}" stroke-width="4"/><rect x="178" y="250" width="44" height="82" rx="4" fill="${light}"/><path d="M200 266v48" stroke="${accent}" stroke-width="6"/>`,
  fan: ({ main, dark, light, accent }) =>
    `<rect x="190" y="226" width="20" height="110" rx="8" fill="${dark}"/><path d="M200 262C70 250 64 82 200 78s130 172 0 184z" fill="${main}"/>${Array.from({ length: 9 }, (_, i) => `<path d="M200 262L${96 + i * 26} ${150 - Math.sin((i / 8) * Math.PI) * 62}" stroke="${light}" stroke-width="3" opacity=".6"/>`).join('')}<circle cx="222" cy="150" r="34" fill="${accent}" opacity=".9"/>`,
  towel: ({ main, dark, light, accent }) =>
    `<rect x="86" y="254" width="228" height="68" rx="26" fill="${dark}"/><rect x="86" y="194" width="228" height="68" rx="26" fill="${main}"/><rect x="86" y="134" width="228" height="68" rx="26" fill="${light}"/><path d="M272 136v64M286 138v60" stroke="${accent}" stroke-width="7"/><path d="M272 196v64M286 198v60M272 256v64M286 258v60" stroke="${light}" stroke-width="7" opacity=".7"/>`,
  cloth: ({ main, light, accent, dark }) =>
    `<path d="M96 92h208v220q-26-14-52 0t-52 0-52 0-52 0z" fill="${main}"/><g fill="none" stroke="${light}" stroke-width="6">${[0, 1, 2].map((row) => [0, 1, 2].map((col) => `<circle cx="${134 + col * 66}" cy="${134 + row * 62}" r="24"/>`).join('')).join('')}</g><circle cx="200" cy="196" r="13" fill="${accent}"/><path d="M96 92h208v13H96z" fill="${dark}" opacity=".5"/>`,
  soap: ({ main, dark, light, accent }) =>
    `<rect x="84" y="196" width="232" height="118" rx="44" fill="${dark}" opacity=".6"/><rect x="84" y="180" width="232" height="118" rx="44" fill="${main}"/><rect x="118" y="206" width="164" height="66" rx="28" fill="none" stroke="${light}" stroke-width="6"/><path d="M200 218q26 20 0 42q-26-22 0-42z" fill="${accent}"/><circle cx="124" cy="136" r="26" fill="#fff" opacity=".7"/><circle cx="172" cy="110" r="17" fill="#fff" opacity=".6"/><circle cx="286" cy="140" r="21" fill="#fff" opacity=".65"/>`,
  pump: ({ main, dark, light, accent }) =>
    `<path d="M200 66h66v20h-50v24h-32V82q0-16 16-16z" fill="${dark}"/><rect x="170" y="108" width="60" height="32" rx="6" fill="${dark}"/><path d="M142 158q0-18 18-18h80q18 0 18 18v142q0 24-24 24h-68q-24 0-24-24z" fill="${main}"/><rect x="142" y="196" width="116" height="80" fill="${light}"/><circle cx="200" cy="236" r="21" fill="${accent}"/>`,
  tube: ({ main, dark, light, accent }) =>
    `<path d="M136 78h128l-16 196h-96z" fill="${main}"/><rect x="132" y="70" width="136" height="18" rx="3" fill="${dark}"/><rect x="160" y="274" width="80" height="48" rx="8" fill="${dark}"/><path d="M152 134h96l-5 70h-86z" fill="${light}"/><path d="M176 158h48M176 180h30" stroke="${accent}" stroke-width="7" stroke-linecap="round"/>`,
  bucket: ({ main, dark, light, accent }) =>
    `<path d="M92 150h216l-22 154q-2 20-24 20H138q-22 0-24-20z" fill="${main}"/>${[128, 164, 200, 236, 272].map((x) => `<path d="M${x} 156l${(200 - x) / 8} 164" stroke="${dark}" stroke-width="3" opacity=".5"/>`).join('')}<path d="M98 192h204l-3 20H101zM108 268h184l-3 20H111z" fill="${accent}"/><ellipse cx="200" cy="150" rx="108" ry="25" fill="${dark}"/><ellipse cx="200" cy="154" rx="94" ry="18" fill="${light}"/>`,
  sponge: ({ main, dark, light }) =>
    `<g transform="rotate(-18 200 220)"><rect x="88" y="152" width="224" height="134" rx="64" fill="${main}"/>${Array.from({ length: 26 }, (_, i) => `<ellipse cx="${118 + (i % 9) * 21}" cy="${182 + Math.floor(i / 9) * 37}" rx="7" ry="5" fill="${i % 2 ? dark : light}" opacity=".6"/>`).join('')}</g>`,
  comb: ({ main, dark, light }) =>
    `<path d="M84 208q4-78 116-78t116 78z" fill="${main}"/>${Array.from({ length: 22 }, (_, i) => `<rect x="${88 + i * 10.3}" y="206" width="6" height="${92 - Math.abs(i - 10.5) * 2.5}" rx="3" fill="${main}"/>`).join('')}<path d="M124 178q20-22 76-22" stroke="${light}" stroke-width="7" fill="none" stroke-linecap="round" opacity=".7"/><path d="M84 206h232" stroke="${dark}" stroke-width="4" opacity=".5"/>`,
};
