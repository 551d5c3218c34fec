import { ValidationError } from './errors';
import { EnvironmentError, readEnv } from './env';
import { localeOf } from '@yorozu/service-kit/locale';
import { LruCache } from './lru';
import { yenOf } from './money';
import { text } from '@yorozu/service-kit/text';
import { parse } from './validation';

describe('readEnv', () => {
  it('names every variable that is missing or wrong', () => {
    const read = () => readEnv({ HOST: '127.0.0.1', PORT: 'http', DATABASE_URL: '', REDIS_URL: 'http://x' });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(/PORT: .*DATABASE_URL is not set.*REDIS_URL: must be a URL.*JWKS_URL is not set/);
  });
});

describe('localeOf', () => {
  it.each([
    [undefined, 'ja'],
    ['', 'ja'],
    ['en', 'en'],
    ['en-US,en;q=0.9,ja;q=0.8', 'en'],
    ['ja,en;q=0.9', 'ja'],
    ['en;q=0.5, ja;q=0.7', 'ja'],
    ['fr, *;q=0.1', 'ja'],
    ['en;q=0', 'ja'],
    [';;;,,q=', 'ja'],
  ])('%s is %s', (header, locale) => expect(localeOf(header)).toBe(locale));
});

describe('yenOf', () => {
  it('reads DECIMAL(10,2)', () => {
    expect(yenOf('7500.00')).toBe(7_500);
    expect(yenOf('99999999.00')).toBe(99_999_999);
  });

  it.each(['7500.50', '-1.00', 'NaN', ''])('does not guess about %p', (value) =>
    expect(() => yenOf(value)).toThrow(RangeError),
  );
});

describe('text', () => {
  it('trims and keeps line breaks and every script', () => {
    expect(parse(text(1, 20), ' 急須\nTea 🍵 ')).toBe('急須\nTea 🍵');
  });

  it.each(['a\u0000b', '\ud800', '\u0007', '  '])('refuses %j', (value) => {
    expect(() => parse(text(1, 20), value)).toThrow(ValidationError);
  });
});

describe('LruCache', () => {
  it('forgets the least recently used and what is too old', () => {
    let now = 0;
    const cache = new LruCache<string, number>(2, 100, () => now);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
    cache.set('d', 4, 50);
    now = 60;
    expect([cache.get('c'), cache.get('d')]).toEqual([3, undefined]);
    now = 100;
    expect(cache.get('c')).toBeUndefined();
  });
});
