import { emailAddress, line, personName, text } from './text';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

describe('text', () => {
  it('is trimmed and composed', () => {
    expect(text(1, 10).parse('  か\u3099 ')).toBe('が');
    expect(text(0, 10).parse('   ')).toBe('');
  });

  it.each(['a\u0000b', '\ud800', 'x\u001b[31m', '\u200b\u200b', '\u2800', '   ', 'x'.repeat(11)])(
    'refuses %j',
    (value) => expect(accepts(text(1, 10), value)).toBe(false),
  );

  it.each(['👨‍👩‍👧', '山田\n花子', 'a\tb'])('takes %j', (value) =>
    expect(accepts(text(1, 20), value)).toBe(true),
  );
});

describe('a line', () => {
  it.each(['a\nb', 'a\u2028b', 'a\u202eb', 'a\tb'])('refuses %j', (value) =>
    expect(accepts(line(1, 10), value)).toBe(false),
  );
});

describe('a name', () => {
  it.each(['\u200b'.repeat(100), 'a\r\nBcc: x', 'x'.repeat(101), ''])('refuses %j', (value) =>
    expect(accepts(personName, value)).toBe(false),
  );
  it.each(['山田 花子', "Zoë O'Brien-Núñez", 'أحمد'])('takes %s', (value) =>
    expect(personName.parse(value)).toBe(value),
  );
});

describe('an e-mail address', () => {
  it.each(['taro..yamada@docomo.ne.jp', 'a/b=c@example.com', `${'x'.repeat(64)}@example.com`, ' a+b@x.jp '])(
    'takes %s',
    (value) => expect(emailAddress.parse(value)).toBe(value.trim()),
  );
  it.each([
    `${'x'.repeat(65)}@example.com`,
    'a@localhost',
    'a b@example.com',
    'a@b@c.jp',
    'a\u0000@example.com',
    `a@${'x.'.repeat(130)}jp`,
    42,
  ])('refuses %s', (value) => expect(accepts(emailAddress, value)).toBe(false));
});
