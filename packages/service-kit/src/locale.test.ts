import { localeOf } from './locale';

it.each([
  [undefined, 'ja'],
  ['', 'ja'],
  ['*', 'ja'],
  ['en,ja', 'en'],
  ['ja,en', 'ja'],
  ['en-US,en;q=0.9', 'en'],
  ['ja-JP', 'ja'],
  ['fr, en;q=0.3', 'en'],
  ['fr', 'ja'],
  ['en;q=0, *', 'ja'],
  ['en;q=0.5, ja;q=0.8', 'ja'],
  ['; , ,,q=', 'ja'],
])('%j means %s', (header, locale) => expect(localeOf(header)).toBe(locale));
