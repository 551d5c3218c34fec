import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Claims } from '../claims';
import { SesMailer } from './mailer';
import type { Notification } from './notification';
import { mobileNumber, NotHandedOver, Notifier, type Mail } from './notifier';
import { render } from './templates';

const order = {
  orderId: '019a2f4e-7c10-7a3b-9d55-0c1f6a7b8e90',
  items: [{ productName: '<b>急須</b>', quantity: 2, price: 7_500 }],
  totalAmount: 15_000,
  currency: 'JPY',
};
const confirmed: Notification = {
  kind: 'order-confirmed',
  subjectId: order.orderId,
  to: { email: 'hanako@example.com', name: '山田 花子', locale: 'ja', phone: '090-1234-5678' },
  order,
};

function memoryClaims(): Claims {
  const taken = new Set<string>();
  return {
    take: async (id) => !taken.has(id) && Boolean(taken.add(id)),
    release: async (id) => void taken.delete(id),
  };
}

function make(fail?: (attempt: number) => Error | undefined) {
  const mails: Mail[] = [];
  const texts: string[] = [];
  let attempts = 0;
  const mailer = {
    send: async (mail: Mail) => {
      const error = fail?.((attempts += 1));
      if (error) throw error;
      mails.push(mail);
    },
  };
  const texter = { send: async (phone: string, text: string) => void texts.push(`${phone} ${text}`) };
  const notifier = new Notifier({
    claims: memoryClaims(),
    mailer,
    texter,
    storefrontOrigin: 'https://shop.example',
  });
  return { notifier, mails, texts };
}

test('mails and texts once, however often and however parallel it is asked', async () => {
  const { notifier, mails, texts } = make();
  const answers = await Promise.all([1, 2, 3].map(() => notifier.notify(confirmed)));
  expect(answers.sort()).toEqual(['already', 'already', 'sent']);
  expect(mails).toHaveLength(1);
  expect(texts).toEqual([expect.stringContaining('+819012345678 Yorozu')]);
});

test('another kind for the same order is sent', async () => {
  const { notifier, mails } = make();
  await notifier.notify(confirmed);
  await notifier.notify({ ...confirmed, kind: 'order-cancelled' });
  expect(mails).toHaveLength(2);
});

test('a mail that certainly did not leave is sent by the next attempt', async () => {
  const { notifier, mails } = make((attempt) => (attempt === 1 ? new NotHandedOver('throttled') : undefined));
  await expect(notifier.notify(confirmed)).rejects.toMatchObject({ code: 'NOT_HANDED_OVER' });
  expect(await notifier.notify(confirmed)).toBe('sent');
  expect(mails).toHaveLength(1);
});

test('a mail whose fate nobody knows is not sent again', async () => {
  const { notifier, mails } = make((attempt) => (attempt === 1 ? new Error('socket closed') : undefined));
  expect(await notifier.notify(confirmed)).toBe('sent');
  expect(await notifier.notify(confirmed)).toBe('already');
  expect(mails).toHaveLength(0);
});

test('an SMS that fails does not fail the mail', async () => {
  const { mails } = make();
  const mailer = { send: async (mail: Mail) => void mails.push(mail) };
  const texter = {
    send: async () => {
      throw new Error('opted out');
    },
  };
  const notifier = new Notifier({
    claims: memoryClaims(),
    mailer,
    texter,
    storefrontOrigin: 'https://shop.example',
  });
  expect(await notifier.notify(confirmed)).toBe('sent');
  expect(mails).toHaveLength(1);
});

test.each([
  ['090-1234-5678', '+819012345678'],
  ['080 1234 5678', '+818012345678'],
  ['+1 (415) 555-2671', '+14155552671'],
  ['03-1234-5678', undefined],
  ['', undefined],
])('%s is the mobile number %s', (phone, expected) => {
  expect(mobileNumber(phone)).toBe(expected);
});

test.each(['order-confirmed', 'order-failed', 'order-cancelled', 'welcome'] as const)(
  '%s reads well in both languages',
  (kind) => {
    const subject = kind === 'welcome' ? {} : { order: { ...order, failureCode: 'OUT_OF_STOCK' } };
    for (const locale of ['ja', 'en'] as const) {
      const to = { ...confirmed.to, locale };
      const message = render({ kind, subjectId: 'x', to, ...subject }, 'https://shop.example');
      expect(message.html).toContain(`lang="${locale}"`);
      expect(message.html).not.toContain('<b>急須</b>');
      expect(message.text).toContain(
        kind === 'welcome' ? 'https://shop.example' : `/orders/${order.orderId}`,
      );
      if (kind !== 'welcome')
        expect(message.text).toMatch(locale === 'ja' ? /合計 {2}[¥￥]15,000/ : /Total {2}¥15,000/);
      expect(message.subject).toMatch(/Yorozu/);
    }
  },
);

test.each([
  ['order-failed', 'refunded', /全額を返金/, /has been refunded in full/],
  ['order-failed', 'declined', /カードには請求されていません/, /was not charged/],
  ['order-failed', 'none', /代金は請求されません/, /will not be charged/],
  ['order-cancelled', 'cancelled', /お支払いの前に/, /before the payment was taken/],
  ['order-cancelled', 'refunded', /全額を返金/, /has been refunded in full/],
] as const)('%s says what happened to a payment that is %s', (kind, paymentState, ja, en) => {
  for (const [locale, wanted] of [
    ['ja', ja],
    ['en', en],
  ] as const) {
    const to = { ...confirmed.to, locale };
    const { text, html } = render(
      { kind, subjectId: 'x', to, order: { ...order, paymentState } },
      'https://shop.example',
    );
    for (const body of [text, html]) expect(body).toMatch(wanted);
    if (paymentState === 'refunded') expect(text).not.toMatch(/請求されません|not be charged/);
  }
});

test.each([
  [{ $metadata: { httpStatusCode: 429 } }, true],
  [{ $metadata: { httpStatusCode: 400 } }, true],
  [{ code: 'ECONNREFUSED' }, true],
  [{ $metadata: { httpStatusCode: 500 } }, false],
  [{ name: 'TimeoutError' }, false],
  [{ code: 'ECONNRESET' }, false],
])('SES failing with %j: certainly not handed over %s', async (traits, certain) => {
  const client = new SESv2Client({ region: 'ap-northeast-1' });
  const send = async (): Promise<never> => {
    throw Object.assign(new Error('SES'), traits);
  };
  const mailer = new SesMailer('orders@yorozu.example', Object.assign(client, { send }));
  const error: unknown = await mailer
    .send({ to: 'a@b', subject: 's', text: 't', html: 'h' })
    .catch((e: unknown) => e);
  expect(error instanceof NotHandedOver).toBe(certain);
});
