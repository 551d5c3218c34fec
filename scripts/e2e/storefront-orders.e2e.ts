import type { Page, Route } from 'playwright-core';
import { shopInBrowser } from './shop-in-browser';

const shop = shopInBrowser();
const { open, checkout, place, status } = shop;

const ordersCall = '**/api/orders';

/** The shop gets the order, and the browser never the answer. */
async function loseAnswers(page: Page, times: number): Promise<void> {
  const lose = async (route: Route): Promise<void> => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    await route.abort();
  };
  await page.route(ordersCall, lose, { times });
}

/** How many orders the shopper sees. */
async function orderCount(): Promise<number> {
  await open('/orders');
  await shop.page.locator('main a[href^="/orders/"]').first().waitFor();
  return shop.page.locator('main a[href^="/orders/"]').count();
}

const already = 'ご注文はすでに届いています';

describe('one purchase, one order', () => {
  it('when the answer is lost: the page checks until it knows', async () => {
    await checkout(await shop.admin.product(5));
    await loseAnswers(shop.page, 2);
    await place();
    await shop.page.getByText('ご注文が届いているか確かめています').waitFor();
    await shop.page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    expect(await orderCount()).toBe(1);
  }, 60_000);

  it('when the answer is lost and the page loaded again', async () => {
    await checkout(await shop.admin.product(5));
    await loseAnswers(shop.page, 1_000);
    await place();
    await shop.page.getByText('ご注文が届いているか確かめています').waitFor();
    await shop.page.reload();
    await shop.page.getByText(already).waitFor();
    await shop.page.unroute(ordersCall);
    await shop.page.getByRole('link', { name: '注文を見る' }).click();
    await status('completed');
    expect(await orderCount()).toBe(1);
  }, 60_000);

  it('from two tabs, with another card in the second', async () => {
    await checkout(await shop.admin.product(5));
    const second = await shop.context.newPage();
    await open('/checkout', second);
    await second.getByLabel('郵便番号').waitFor();
    await fillSecond(second);
    // The second tab knows nothing of the first, not even when it is looked at again.
    await second.route('**/api/cart', (route) => route.abort());
    await place();
    await shop.page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    await place(second);
    await second.getByText(already).waitFor();
    expect(await orderCount()).toBe(1);
  }, 60_000);

  async function fillSecond(page: Page): Promise<void> {
    await page.getByLabel('郵便番号').fill('530-0001');
    await page.getByLabel('都道府県').selectOption('大阪府');
    await page.getByLabel('市区町村').fill('大阪市北区');
    await page.getByLabel('番地').fill('梅田1-1');
    await page.getByLabel('電話番号').fill('06-1234-5678');
    await page.getByText('Visa 0119').click();
  }

  it('keeps what was filled in over a reload', async () => {
    await checkout(await shop.admin.product(5), 'Visa 0002');
    await shop.page.reload();
    await shop.page.getByLabel('市区町村').waitFor();
    expect(await shop.page.getByLabel('市区町村').inputValue()).toBe('千代田区');
    expect(await shop.page.getByLabel('Visa 0002').isChecked()).toBe(true);
  }, 60_000);
});

describe('an order that was not completed', () => {
  it('leads to another card in one click, with the same things and address', async () => {
    await shop.order(await shop.admin.product(5), 'Visa 0002');
    await status('failed');
    await shop.page.getByText('お支払いは発生していません').waitFor();
    await shop.page.getByRole('button', { name: '別のカードで支払う' }).click();
    await shop.page.waitForURL(/\/checkout$/);
    await shop.page.getByText('Visa 4242').click();
    await place();
    await shop.page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    await status('completed');
    await shop.page.getByText('千代田1-1').waitFor();
  }, 60_000);

  it('says that a captured payment was refunded', async () => {
    await shop.order(await shop.admin.product(5), 'Visa 0341');
    await status('failed');
    await shop.page.getByText('全額お返ししました').last().waitFor();
    expect(await shop.page.getByText('お支払いは発生していません').count()).toBe(0);
  }, 60_000);

  it('puts back what there still is, and says what there is not', async () => {
    const productId = await shop.admin.product(1);
    await shop.order(productId, 'Visa 0002');
    await status('failed');
    await shop.admin.client.send('DELETE', `/api/products/${productId}`);
    await shop.page.getByRole('button', { name: '商品をカートに戻す' }).click();
    await shop.page.getByText('一部の商品はカートに戻せませんでした').waitFor();
  }, 60_000);
});

it('cancels an order while its payment is slow, and keeps the focus on the order', async () => {
  await shop.order(await shop.admin.product(5), 'Visa 0259');
  await shop.page.getByRole('button', { name: '注文を取り消す' }).click();
  await shop.page.getByRole('dialog').getByRole('button', { name: '注文を取り消す' }).click();
  await status('cancelled');
  await shop.page.getByRole('button', { name: 'もう一度注文する' }).waitFor();
  expect(await shop.page.evaluate('document.activeElement.tagName')).toBe('H1');
}, 60_000);

it('closes the question about cancelling when it is too late, and keeps the focus on the order', async () => {
  await shop.order(await shop.admin.product(5), 'Visa 0259');
  await shop.page.getByRole('button', { name: '注文を取り消す' }).click();
  await shop.page.getByRole('dialog').waitFor();
  await status('completed');
  await shop.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await shop.page.evaluate('document.activeElement.tagName')).toBe('H1');
}, 60_000);
