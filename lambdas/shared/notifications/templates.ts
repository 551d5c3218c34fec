import type { PaymentState } from '@yorozu/events';
import type { Notification, NotificationKind, NotificationOrder } from './notification';

export interface RenderedNotification {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly sms?: string;
}

interface Wording {
  readonly subject: string;
  readonly greeting: string;
  readonly body: string;
  readonly link: string;
  readonly sms?: string;
}

/** `reason`: why it failed. `money`: a sentence that says what happened to the payment. */
type Words = (name: string, order: string, reason: string, money: string) => Wording;

const japanese: Readonly<Record<NotificationKind, Words>> = {
  'order-confirmed': (name, order) => ({
    subject: `【Yorozu】ご注文ありがとうございます（${order}）`,
    greeting: `${name} 様`,
    body: 'ご注文を承りました。お支払いを確認し、商品の発送準備を進めております。',
    link: 'ご注文の状況を見る',
    sms: `Yorozu: ご注文 ${order} を承りました。`,
  }),
  'order-failed': (name, order, reason, money) => ({
    subject: `【Yorozu】ご注文を完了できませんでした（${order}）`,
    greeting: `${name} 様`,
    body: `申し訳ございません。${reason}ため、ご注文を完了できませんでした。${money}`,
    link: 'ご注文の状況を見る',
  }),
  'order-cancelled': (name, order, _reason, money) => ({
    subject: `【Yorozu】ご注文をキャンセルしました（${order}）`,
    greeting: `${name} 様`,
    body: `ご依頼のとおり、ご注文をキャンセルしました。${money}`,
    link: 'ご注文の状況を見る',
  }),
  welcome: (name) => ({
    subject: '【Yorozu】ご登録ありがとうございます',
    greeting: `${name} 様`,
    body: 'Yorozu（よろず）へようこそ。暮らしに要るもの、なんでもそろえてお待ちしています。',
    link: 'お買い物をはじめる',
  }),
};

const english: Readonly<Record<NotificationKind, Words>> = {
  'order-confirmed': (name, order) => ({
    subject: `[Yorozu] Thank you for your order (${order})`,
    greeting: `Dear ${name},`,
    body: 'We have received your order and your payment, and are getting your parcel ready.',
    link: 'See your order',
    sms: `Yorozu: we have received your order ${order}.`,
  }),
  'order-failed': (name, order, reason, money) => ({
    subject: `[Yorozu] We could not complete your order (${order})`,
    greeting: `Dear ${name},`,
    body: `We are sorry: ${reason}, so your order could not be completed. ${money}`,
    link: 'See your order',
  }),
  'order-cancelled': (name, order, _reason, money) => ({
    subject: `[Yorozu] Your order was cancelled (${order})`,
    greeting: `Dear ${name},`,
    body: `As you asked, we have cancelled your order. ${money}`,
    link: 'See your order',
  }),
  welcome: (name) => ({
    subject: '[Yorozu] Welcome',
    greeting: `Dear ${name},`,
    body: 'Welcome to Yorozu, the shop for everything your days may need.',
    link: 'Start shopping',
  }),
};

const reasons: Readonly<Record<'ja' | 'en', Readonly<Record<string, string>>>> = {
  ja: { OUT_OF_STOCK: '在庫が足りない', PAYMENT_DECLINED: 'お支払いが承認されなかった' },
  en: { OUT_OF_STOCK: 'an item is out of stock', PAYMENT_DECLINED: 'the payment was declined' },
};
const otherReason = { ja: '処理に問題が起きた', en: 'something went wrong' };

const moneys: Readonly<Record<'ja' | 'en', Readonly<Record<PaymentState, string>>>> = {
  ja: {
    none: 'お支払いの手続きは行われておらず、代金は請求されません。',
    declined: 'カードには請求されていません。',
    captured: 'いただいたお支払いについては、確認のうえあらためてご連絡いたします。',
    refunded:
      'いただいたお支払いは全額を返金いたしました。カードの明細に反映されるまで数日かかることがあります。',
    cancelled: 'お支払いの前にキャンセルされたため、代金は請求されません。',
  },
  en: {
    none: 'No payment was taken: you will not be charged.',
    declined: 'Your card was not charged.',
    captured: 'We are looking into your payment and will write to you about it.',
    refunded:
      'Your payment was taken and has been refunded in full. It may take a few days to show on your statement.',
    cancelled: 'You cancelled before the payment was taken: you will not be charged.',
  },
};
const total = { ja: '合計', en: 'Total' };

/** Subject, text and HTML of a notification in the customer's language; an SMS where the kind has one. */
export function render(notification: Notification, storefrontOrigin: string): RenderedNotification {
  const { kind, to, order } = notification;
  const reason = reasons[to.locale][order?.failureCode ?? ''] ?? otherReason[to.locale];
  const words = (to.locale === 'ja' ? japanese : english)[kind](
    to.name,
    order?.orderId.slice(-8) ?? '',
    reason,
    order?.paymentState ? moneys[to.locale][order.paymentState] : '',
  );
  const url = order ? `${storefrontOrigin}/orders/${order.orderId}` : storefrontOrigin;
  const lines = order ? orderLines(order, to.locale) : [];
  return {
    subject: words.subject,
    text: textBody(words, lines, url),
    html: htmlBody(to.locale, words, lines, url),
    ...(words.sms === undefined ? {} : { sms: words.sms }),
  };
}

function orderLines(order: NotificationOrder, locale: 'ja' | 'en'): [string, string][] {
  const money = moneyFormat(locale, order.currency);
  return [
    ...order.items.map(({ productName, quantity, price }): [string, string] => [
      `${productName} × ${quantity}`,
      money(price * quantity),
    ]),
    [total[locale], money(order.totalAmount)],
  ];
}

function moneyFormat(locale: 'ja' | 'en', currency: string): (amount: number) => string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const unit = 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0);
  return (amount) => format.format(amount / unit);
}

function textBody(words: Wording, lines: readonly [string, string][], url: string): string {
  const order = lines.map(([what, amount]) => `  ${what}  ${amount}`);
  return [
    words.greeting,
    '',
    words.body,
    '',
    ...order,
    ...(order.length > 0 ? [''] : []),
    `${words.link}: ${url}`,
    '',
    'Yorozu',
    '',
  ].join('\n');
}

function htmlBody(locale: string, words: Wording, lines: readonly [string, string][], url: string): string {
  const cell = 'padding:8px 0;border-bottom:1px solid #e5e0d8';
  const rows = lines.map(
    ([what, amount]) =>
      `<tr><td style="${cell}">${escape(what)}</td><td style="${cell};text-align:right">${escape(amount)}</td></tr>`,
  );
  const table =
    rows.length > 0
      ? `<table style="width:100%;border-collapse:collapse;margin:16px 0">${rows.join('')}</table>`
      : '';
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><title>${escape(words.subject)}</title></head>
<body style="margin:0;background:#f6f3ee;font-family:sans-serif;color:#2b2622">
<div style="max-width:560px;margin:0 auto;padding:32px 24px;background:#fff">
<p style="font-size:20px;font-weight:bold;margin:0 0 24px">Yorozu</p>
<p>${escape(words.greeting)}</p>
<p>${escape(words.body)}</p>
${table}
<p><a href="${escape(url)}" style="display:inline-block;padding:12px 20px;background:#b3402a;color:#fff;text-decoration:none;border-radius:6px">${escape(words.link)}</a></p>
</div>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
