/** Takes the pictures of the README from the running shop (`npm start`): tsx scripts/screenshots.ts */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from './lib/chromium';
import type { Endpoints } from './start/state';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/images');
const data = process.argv[2] ?? join(root, '.local');
const { storefront } = JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8')) as Endpoints;
mkdirSync(folder, { recursive: true });

const browser = await launchBrowser();
const page = await browser.newPage({ locale: 'ja-JP', viewport: { width: 1280, height: 860 } });
await page.goto(storefront);
await page.locator('article img').nth(7).waitFor();
await page.waitForLoadState('networkidle');
await page.screenshot({ path: join(folder, 'catalogue.png') });

await page.goto(`${storefront}/login`);
await page.getByLabel('メールアドレス').fill('shopper@example.com');
await page.getByLabel('パスワード').fill('yorozu-demo');
await page.keyboard.press('Enter');
await page.getByText('山田 花子 さん').waitFor();
await page.goto(`${storefront}/?category=tableware`);
await page.locator('article', { hasNotText: '売り切れ' }).first().click();
await page.getByRole('button', { name: 'カートに入れる' }).click();
await page.getByText('カートに入れました').waitFor();
await page.screenshot({ path: join(folder, 'product.png') });

await page.goto(`${storefront}/checkout`);
await page.getByLabel('郵便番号').fill('100-0001');
await page.getByLabel('都道府県').selectOption('東京都');
await page.getByLabel('市区町村').fill('千代田区');
await page.getByLabel('番地').fill('千代田1-1');
await page.getByLabel('電話番号').fill('090-1234-5678');
await page.getByText('Visa 0341').click();
await page.screenshot({ path: join(folder, 'checkout.png') });
await page.getByRole('button', { name: '注文を確定する' }).click();
await page.locator('[data-status="failed"]').waitFor();
await page.waitForTimeout(300);
await page.screenshot({ path: join(folder, 'order.png') });
await browser.close();
