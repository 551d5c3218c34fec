import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../lib/chromium';
import { ShopAdmin } from '../lib/shop-client';
import { endpoints } from './endpoints';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let admin: ShopAdmin;
let problems: string[];

beforeAll(async () => {
  [browser, admin] = await Promise.all([launchBrowser(), ShopAdmin.login(endpoints.gateway)]);
}, 60_000);
afterAll(() => browser.close());

beforeEach(async () => {
  context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
});
afterEach(async () => {
  await context.close();
  expect(problems).toEqual([]);
});

const open = (path: string): Promise<unknown> => page.goto(endpoints.storefront + path);

async function register(): Promise<string> {
  const email = `${randomUUID()}@example.com`;
  await page.getByLabel('お名前').fill('検証 太郎');
  await page.getByLabel('メールアドレス').fill(email);
  await page.getByLabel('パスワード').fill('correct-horse-battery');
  await page.getByRole('button', { name: '登録して始める' }).click();
  return email;
}

async function addToCart(productId: string): Promise<void> {
  await open(`/products/${productId}`);
  await page.getByRole('button', { name: 'カートに入れる' }).click();
  await page.getByText('カートに入れました').waitFor();
}

async function fillAddress(): Promise<void> {
  await page.getByLabel('郵便番号').fill('100-0001');
  await page.getByLabel('都道府県').selectOption('東京都');
  await page.getByLabel('市区町村').fill('千代田区');
  await page.getByLabel('番地').fill('千代田1-1');
  await page.getByLabel('電話番号').fill('090-1234-5678');
}

/** From a fresh visitor to a placed order. */
async function order(productId: string, card = 'Visa 4242'): Promise<void> {
  await addToCart(productId);
  await open('/checkout');
  await page.getByRole('link', { name: '会員登録' }).click();
  await register();
  await fillAddress();
  await page.getByText(card).click();
  await page.getByRole('button', { name: '注文を確定する' }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
}

const status = (value: string): Promise<void> => page.locator(`[data-status="${value}"]`).waitFor();
const steps = async (): Promise<(string | null)[]> => {
  const items = await page.locator('li[data-step]').all();
  return Promise.all(items.map((item) => item.getAttribute('data-step')));
};

it('shows the catalogue in Japanese and English, by category and page by page', async () => {
  await open('/');
  await page.getByRole('heading', { name: '暮らしのよろず、ひとつずつ。' }).waitFor();
  await expectCards(24);
  await page.getByRole('link', { name: /お茶/ }).click();
  await page.waitForURL(/category=tea/);
  await page.getByText('42点').waitFor();
  await page.getByRole('link', { name: '次へ' }).click();
  await page.getByText('2 / 2 ページ').waitFor();
  await expectCards(18);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('link', { name: 'Tea 42', exact: true }).waitFor();
  await page.getByText('Page 2 of 2').waitFor();
  expect(await page.locator('article h3').first().textContent()).toMatch(/[A-Za-z]/);
});

async function expectCards(count: number): Promise<void> {
  const cards = page.locator('article h3');
  await cards.nth(count - 1).waitFor();
  expect(await cards.count()).toBe(count);
}

it('finds products by a Japanese word, and says when there is nothing', async () => {
  await open('/');
  await page.getByRole('searchbox').fill('急須');
  await page.getByRole('searchbox').press('Enter');
  await page.getByRole('heading', { name: '「急須」の検索結果' }).waitFor();
  await page.locator('article', { hasText: '急須' }).first().waitFor();
  await page.getByRole('searchbox').fill('zzzzqqqq');
  await page.getByRole('searchbox').press('Enter');
  await page.getByText('「zzzzqqqq」に合う商品は見つかりませんでした。').waitFor();
});

it('takes a guest from the cart through sign-up to a completed order, live', async () => {
  const productId = await admin.product(5, 1_200);
  await order(productId);
  await page.getByRole('heading', { name: 'ご注文ありがとうございます' }).waitFor();
  await status('completed');
  expect(await steps()).toEqual([
    'OrderPlaced',
    'StockReserved',
    'PaymentCaptured',
    'StockDeducted',
    'NotificationSent',
    'OrderCompleted',
  ]);
  expect(await page.getByTestId('cart-count').textContent()).toBe('0');
  await page.getByRole('link', { name: '注文履歴' }).click();
  await page.locator('[data-status="completed"]').waitFor();
}, 60_000);

it('says why an order failed and that nothing is owed', async () => {
  const productId = await admin.product(5);
  await order(productId, 'Visa 0002');
  await status('failed');
  await page.getByText('お支払いが承認されませんでした').waitFor();
  expect(await steps()).toEqual([
    'OrderPlaced',
    'StockReserved',
    'PaymentDeclined',
    'StockReleased',
    'OrderFailed',
  ]);
}, 60_000);

it('catches up after the connection was lost', async () => {
  const productId = await admin.product(5);
  await order(productId);
  await status('completed');
  await addToCart(productId);
  await open('/checkout');
  await page.getByText('Visa 4242').click();
  await page.getByRole('button', { name: '注文を確定する' }).waitFor();
  // The order is placed, and in the same moment the line goes dead: the page must not claim anything, then catch up.
  await page.route('**/api/orders/*', (route) => route.abort());
  await page.getByRole('button', { name: '注文を確定する' }).click();
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  await page.getByText('お店につながりません').waitFor();
  await page.unroute('**/api/orders/*');
  await page.getByRole('button', { name: 'もう一度' }).click();
  await status('completed');
  expect((await steps()).at(-1)).toBe('OrderCompleted');
}, 60_000);

it('shows live stock to a signed-in shopper who looks at a product', async () => {
  const productId = await admin.product(9);
  await open('/register');
  await register();
  await page.getByText('検証 太郎 さん').waitFor();
  await open(`/products/${productId}`);
  await page.getByText('検証 太郎 さん').waitFor();
  await page.locator('[data-available="9"]').waitFor();
  await admin.receive(productId, 30);
  await page.locator('[data-available="39"]').waitFor();
}, 60_000);

it('keeps a shopper signed in over a reload, and signs out', async () => {
  await open('/register');
  await register();
  await page.getByText('検証 太郎 さん').waitFor();
  await page.reload();
  await page.getByText('検証 太郎 さん').waitFor();
  await page.getByRole('button', { name: 'ログアウト' }).click();
  await page.getByRole('link', { name: 'ログイン' }).waitFor();
  await open('/orders');
  await page.waitForURL(/\/login$/);
});

it('can be used with the keyboard alone', async () => {
  await open('/login');
  await page.getByLabel('メールアドレス').focus();
  await page.keyboard.type('shopper@example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.type('yorozu-demo');
  await page.keyboard.press('Enter');
  await page.getByText('山田 花子 さん').waitFor();
});

it('says in plain words what is wrong with a form', async () => {
  await open('/login');
  await page.getByRole('button', { name: 'ログインする' }).click();
  await page.getByText('入力してください').first().waitFor();
  await page.getByLabel('メールアドレス').fill('shopper@example.com');
  await page.getByLabel('パスワード').fill('not-the-password');
  await page.getByRole('button', { name: 'ログインする' }).click();
  await page.getByText('メールアドレスかパスワードが違います。').waitFor();
});
