import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../lib/chromium';
import { ShopAdmin } from '../lib/shop-client';
import { endpoints } from './endpoints';

/** A new visitor in a real browser for each test, and what visitors do. */
export interface ShopInBrowser {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly admin: ShopAdmin;
  readonly open: (path: string, page?: Page) => Promise<unknown>;
  /** Fills in the sign-up form; returns the e-mail address. */
  readonly register: () => Promise<string>;
  readonly addToCart: (productId: string) => Promise<void>;
  readonly fillAddress: () => Promise<void>;
  /** From a fresh visitor to the filled-in checkout. */
  readonly checkout: (productId: string, card?: string) => Promise<void>;
  readonly place: (page?: Page) => Promise<void>;
  /** From a fresh visitor to a placed order. */
  readonly order: (productId: string, card?: string) => Promise<void>;
  readonly status: (value: string) => Promise<void>;
  readonly steps: () => Promise<(string | null)[]>;
}

/** Registers the hooks of the test file that calls it. An error on any page fails the test. */
export function shopInBrowser(): ShopInBrowser {
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
    context.setDefaultTimeout(20_000);
    problems = [];
    context.on('weberror', (error) => problems.push(error.error().message));
    page = await context.newPage();
  });
  afterEach(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });

  const open = (path: string, on = page): Promise<unknown> => on.goto(endpoints.storefront + path);

  const register = async (): Promise<string> => {
    const email = `${randomUUID()}@example.com`;
    await page.getByLabel('お名前').fill('検証 太郎');
    await page.getByLabel('メールアドレス').fill(email);
    await page.getByLabel('パスワード').fill('correct-horse-battery');
    await page.getByRole('button', { name: '登録して始める' }).click();
    return email;
  };

  const addToCart = async (productId: string): Promise<void> => {
    await open(`/products/${productId}`);
    await page.getByRole('button', { name: 'カートに入れる' }).click();
    await page.getByText('カートに入れました').waitFor();
  };

  const fillAddress = async (): Promise<void> => {
    await page.getByLabel('郵便番号').fill('１００－０００１');
    await page.getByLabel('都道府県').selectOption('東京都');
    await page.getByLabel('市区町村').fill('千代田区');
    await page.getByLabel('番地').fill('千代田1-1');
    await page.getByLabel('電話番号').fill('090-1234-5678');
  };

  const checkout = async (productId: string, card = 'Visa 4242'): Promise<void> => {
    await addToCart(productId);
    await open('/checkout');
    await page.getByRole('link', { name: '会員登録' }).click();
    await register();
    await fillAddress();
    await page.getByText(card).click();
  };

  const place = (on = page): Promise<void> => on.getByRole('button', { name: '注文を確定する' }).click();

  return {
    get page() {
      return page;
    },
    get context() {
      return context;
    },
    get admin() {
      return admin;
    },
    open,
    register,
    addToCart,
    fillAddress,
    checkout,
    place,
    order: async (productId, card) => {
      await checkout(productId, card);
      await place();
      await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    },
    status: (value) => page.locator(`[data-status="${value}"]`).waitFor(),
    steps: async () => {
      const items = await page.locator('li[data-step]').all();
      return Promise.all(items.map((item) => item.getAttribute('data-step')));
    },
  };
}
