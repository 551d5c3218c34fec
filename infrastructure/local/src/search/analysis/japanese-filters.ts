import { eachTerm, without, type TokenFilter } from './token';

/** Inflected words as the dictionary lists them: 飲み is 飲む. */
export const baseForm = eachTerm((term, { word }) => word?.base || term);

export const readingForm = eachTerm((term, { word }) => word?.reading || term);

/** Long katakana words without their last lengthening mark: サーバー is サーバ. */
export const stemmer = (minimumLength = 4): TokenFilter =>
  eachTerm((term) =>
    term.length >= minimumLength && /^[\p{Script=Katakana}ー]+ー$/u.test(term) ? term.slice(0, -1) : term,
  );

/** Lucene's stoptags.txt: particles, auxiliaries, conjunctions, symbols (but not letters), fillers. */
const stopTags = ['接続詞', '助詞', '助動詞', '記号', 'その他-間投', 'フィラー', '非言語音'];

export const partOfSpeech = (tags?: readonly string[]): TokenFilter =>
  without(({ word }) => {
    if (!word) return false;
    if (tags) return tags.includes(word.partOfSpeech);
    const covers = (tag: string): boolean =>
      word.partOfSpeech === tag || word.partOfSpeech.startsWith(`${tag}-`);
    return word.partOfSpeech !== '記号-アルファベット' && stopTags.some(covers);
  });

/** `_japanese_`. */
export const japaneseStopWords: ReadonlySet<string> = new Set(
  (
    'の に は を た が で て と し れ さ ある いる も する から な こと として い や れる など なっ ない この ため その ' +
    'あっ よう また もの という あり まで られ なる へ か だ これ によって により おり より による ず なり られる ' +
    'において ば なかっ なく しかし について せ だっ その後 できる それ う ので なお のみ でき き つ における および ' +
    'いう さらに でも ら たり その他 に関する たち ます ん なら に対して 特に せる 及び これら とき では にて ほか ' +
    'ながら うち そして とともに ただし かつて それぞれ または お ほど ものの に対する ほとんど と共に といった です ' +
    'とも ところ ここ'
  ).split(' '),
);
