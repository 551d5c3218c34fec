import { shopInBrowser } from './shop-in-browser';

const shop = shopInBrowser();
const { open, register, addToCart, order, status, steps } = shop;

it('shows the catalogue in Japanese and English, by category and page by page', async () => {
  await open('/');
  await shop.page.getByRole('heading', { name: '暮らしのよろず、ひとつずつ。' }).waitFor();
  await expectCards(24);
  await shop.page.getByRole('link', { name: /お茶/ }).click();
  await shop.page.waitForURL(/category=tea/);
  await shop.page.getByText('42点').waitFor();
  await shop.page.getByRole('link', { name: '次へ' }).click();
  await shop.page.getByText('2 / 2 ページ').waitFor();
  await expectCards(18);
  await shop.page.getByRole('button', { name: 'English' }).click();
  await shop.page.getByRole('link', { name: 'Tea 42', exact: true }).waitFor();
  await shop.page.getByText('Page 2 of 2').waitFor();
  // The Japanese names stay in sight until the English ones have come.
  await shop.page
    .locator('article h3')
    .filter({ hasText: /[A-Za-z]/ })
    .first()
    .waitFor();
});

async function expectCards(count: number): Promise<void> {
  const cards = shop.page.locator('article h3');
  await cards.nth(count - 1).waitFor();
  // The last page stays in sight until the next has come.
  await cards.nth(count).waitFor({ state: 'detached' });
  expect(await cards.count()).toBe(count);
}

it('finds products by a Japanese word, and says when there is nothing', async () => {
  await open('/');
  await shop.page.getByRole('searchbox').fill('急須');
  await shop.page.getByRole('searchbox').press('Enter');
  await shop.page.getByRole('heading', { name: '「急須」の検索結果' }).waitFor();
  await shop.page.locator('article', { hasText: '急須' }).first().waitFor();
  await shop.page.getByRole('searchbox').fill('zzzzqqqq');
  await shop.page.getByRole('searchbox').press('Enter');
  await shop.page.getByText('「zzzzqqqq」に合う商品は見つかりませんでした。').waitFor();
});

it('takes a guest from the cart through sign-up to a completed order, live', async () => {
  const productId = await shop.admin.product(5, 1_200);
  await order(productId);
  await shop.page.getByRole('heading', { name: 'ご注文ありがとうございます' }).waitFor();
  await status('completed');
  expect(await steps()).toEqual([
    'OrderPlaced',
    'StockReserved',
    'PaymentCaptured',
    'StockDeducted',
    'NotificationSent',
    'OrderCompleted',
  ]);
  expect(await shop.page.getByTestId('cart-count').textContent()).toBe('0');
  await shop.page.getByRole('link', { name: '注文履歴' }).click();
  await shop.page.locator('[data-status="completed"]').waitFor();
}, 60_000);

it('says why an order failed and that nothing is owed', async () => {
  const productId = await shop.admin.product(5);
  await order(productId, 'Visa 0002');
  await status('failed');
  await shop.page.getByText('お支払いが承認されませんでした').waitFor();
  expect(await steps()).toEqual([
    'OrderPlaced',
    'StockReserved',
    'PaymentDeclined',
    'StockReleased',
    'OrderFailed',
  ]);
}, 60_000);

it('catches up after the connection was lost', async () => {
  const productId = await shop.admin.product(5);
  await order(productId);
  await status('completed');
  await addToCart(productId);
  await open('/checkout');
  await shop.page.getByText('Visa 4242').click();
  await shop.page.getByRole('button', { name: '注文を確定する' }).waitFor();
  // The order is placed, and in the same moment the line goes dead: the page must not claim anything, then catch up.
  await shop.page.route('**/api/orders/*', (route) => route.abort());
  await shop.page.getByRole('button', { name: '注文を確定する' }).click();
  await shop.page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  await shop.page.getByText('お店につながりません').waitFor();
  await shop.page.unroute('**/api/orders/*');
  await shop.page.getByRole('button', { name: 'もう一度' }).click();
  await status('completed');
  expect((await steps()).at(-1)).toBe('OrderCompleted');
}, 60_000);

it('shows live stock to a signed-in shopper who looks at a product', async () => {
  const productId = await shop.admin.product(9);
  await open('/register');
  await register();
  await shop.page.getByText('検証 太郎 さん').waitFor();
  await open(`/products/${productId}`);
  await shop.page.getByText('検証 太郎 さん').waitFor();
  await shop.page.locator('[data-available="9"]').waitFor();
  await shop.admin.receive(productId, 30);
  await shop.page.locator('[data-available="39"]').waitFor();
}, 60_000);

it('keeps a shopper signed in over a reload, and signs out', async () => {
  await open('/register');
  await register();
  await shop.page.getByText('検証 太郎 さん').waitFor();
  await shop.page.reload();
  await shop.page.getByText('検証 太郎 さん').waitFor();
  await shop.page.getByRole('button', { name: 'ログアウト' }).click();
  await shop.page.getByRole('link', { name: 'ログイン' }).waitFor();
  await open('/orders');
  await shop.page.waitForURL(/\/login$/);
});

it('can be used with the keyboard alone', async () => {
  await open('/login');
  await shop.page.getByLabel('メールアドレス').focus();
  await shop.page.keyboard.type('shopper@example.com');
  await shop.page.keyboard.press('Tab');
  await shop.page.keyboard.type('yorozu-demo');
  await shop.page.keyboard.press('Enter');
  await shop.page.getByText('山田 花子 さん').waitFor();
});

it('says in plain words what is wrong with a form', async () => {
  await open('/login');
  await shop.page.getByRole('button', { name: 'ログインする' }).click();
  await shop.page.getByText('入力してください').first().waitFor();
  await shop.page.getByLabel('メールアドレス').fill('shopper@example.com');
  await shop.page.getByLabel('パスワード').fill('not-the-password');
  await shop.page.getByRole('button', { name: 'ログインする' }).click();
  await shop.page.getByText('メールアドレスかパスワードが違います。').waitFor();
});
