import type { Page, Route } from 'playwright-core';
import { shopInBrowser } from './shop-in-browser';

const shop = shopInBrowser();
const { open, register, addToCart } = shop;

const greeting = (page: Page): Promise<void> => page.getByText('検証 太郎 さん').waitFor();
const loginLink = (page: Page): Promise<void> => page.getByRole('link', { name: 'ログイン' }).waitFor();

const busy = (route: Route): Promise<void> =>
  route.fulfill({
    status: 503,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '1' },
    body: JSON.stringify({ title: 'busy', status: 503, code: 'TEMPORARILY_UNAVAILABLE' }),
  });

async function signUp(): Promise<void> {
  await open('/register');
  await register();
  await greeting(shop.page);
}

it('a busy or unreachable shop signs nobody out, and does not keep the catalogue waiting', async () => {
  await signUp();
  await shop.page.route('**/api/auth/refresh', busy);
  await open('/');
  await shop.page.locator('article h3').first().waitFor();
  expect(await shop.page.getByRole('link', { name: 'ログイン' }).count()).toBe(0);
  await open('/orders');
  await shop.page.getByText('ただいま混み合っています').waitFor();
  await shop.page.unroute('**/api/auth/refresh');
  await greeting(shop.page);
  await shop.page.getByText('まだ注文がありません').waitFor();
}, 60_000);

it('signing out ends it in every tab and leaves nothing behind', async () => {
  await signUp();
  await addToCart(await shop.admin.product(5));
  await open('/checkout');
  await shop.fillAddress();
  const second = await shop.context.newPage();
  await open('/cart', second);
  await second.getByTestId('subtotal').waitFor();
  await shop.page.getByRole('button', { name: 'ログアウト' }).click();
  await loginLink(second);
  await second.getByText('カートは空です').waitFor();
  const kept = await shop.page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
  expect(kept).not.toContain('千代田');
  expect(await second.evaluate('Object.keys(sessionStorage)')).toEqual([]);
}, 60_000);

it('a sign-out that does not reach the shop says so, and arrives after a reload', async () => {
  await signUp();
  await shop.page.route('**/api/auth/logout', (route) => route.abort());
  await shop.page.getByRole('button', { name: 'ログアウト' }).click();
  await loginLink(shop.page);
  await shop.page.getByText('お店にまだ伝わっていません').waitFor();
  await shop.page.unroute('**/api/auth/logout');
  const delivered = shop.page.waitForResponse('**/api/auth/logout');
  await shop.page.reload();
  expect((await delivered).status()).toBe(204);
  await loginLink(shop.page);
  await open('/orders');
  await shop.page.waitForURL(/\/login$/);
}, 60_000);

it('is told at once that the network is gone, and goes on when it is back', async () => {
  await signUp();
  await shop.context.setOffline(true);
  await shop.page.getByText('ネットワークにつながっていません').first().waitFor();
  await shop.page.getByRole('link', { name: '注文履歴' }).click();
  await shop.page.getByRole('heading', { name: 'オフラインです' }).waitFor();
  await shop.context.setOffline(false);
  await shop.page.getByText('まだ注文がありません').waitFor();
}, 60_000);

it('five quick presses are five more', async () => {
  await addToCart(await shop.admin.product(9, 100));
  await open('/cart');
  const more = shop.page.getByRole('button', { name: /を増やす/ });
  for (let press = 0; press < 5; press += 1) await more.click();
  await shop.page.getByText('￥600').last().waitFor();
  await shop.page.locator('li[aria-busy="false"]').waitFor();
  await shop.page.reload();
  expect(await shop.page.getByTestId('subtotal').textContent()).toBe('￥600');
}, 60_000);

it('says how many were added when there are no more', async () => {
  const productId = await shop.admin.product(3);
  await addToCart(productId);
  await shop.page.getByLabel('数量').selectOption('3');
  await shop.page.getByRole('button', { name: 'カートに入れる' }).click();
  await shop.page.getByText('3 点のうち 2 点だけ').waitFor();
}, 60_000);

it('marks the field that the shop refuses and moves there', async () => {
  await open('/register');
  await shop.page.getByLabel('お名前').fill('検証 太郎');
  await shop.page.getByLabel('メールアドレス').fill('shopper@example.com');
  await shop.page.getByLabel('パスワード').fill('correct-horse-battery');
  await shop.page.getByRole('button', { name: '登録して始める' }).click();
  await shop.page.getByText('このメールアドレスは登録済みです').waitFor();
  const focused = shop.page.locator(':focus');
  expect(await focused.getAttribute('aria-invalid')).toBe('true');
  expect(await focused.getAttribute('type')).toBe('email');
}, 60_000);
