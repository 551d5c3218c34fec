import { greetedName } from './greeted-name';
import type { Notification } from './notification';
import { render } from './templates';

test.each(['山田 花子', "Zoë O'Brien-Núñez", 'J. R. R. Tolkien', 'J.R.R. Tolkien', 'أحمد', '山田・花子'])(
  '%s is greeted',
  (name) => expect(greetedName(name, 'en')).toBe(name),
);

test.each([
  'Win at https://evil.example',
  'www.evil.example',
  'evil．example',
  'call 0120-4444',
  'a@evil.example',
  'ｈｔｔｐ：／／evil',
])('%s is not', (name) => expect(greetedName(name, 'en')).toBe('customer'));

test('a long name is cut between letters', () => {
  expect(greetedName('👨‍👩‍👧'.repeat(40), 'ja')).toBe(`${'👨‍👩‍👧'.repeat(30)}…`);
});

test.each(['ja', 'en'] as const)(
  'the mail to an address that nobody has proved names nobody: %s',
  (locale) => {
    const to = { email: 'stranger@example.com', name: 'Call me about your prize', locale };
    const welcome: Notification = { kind: 'welcome', subjectId: 'u-1', to };
    const { subject, text, html } = render(welcome, 'https://shop.example');
    expect(subject + text + html).not.toContain('prize');
  },
);
