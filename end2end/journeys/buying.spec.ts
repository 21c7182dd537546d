import { PRICE } from '../support/buyer';
import { PAID } from '../support/shop';
import { type Buyer, expect, test } from '../support/test';
import { words } from '../support/words';

/** Presses Tab until the focus is where `selector` is, in the page or in a frame of it. */
async function tabTo(buyer: Buyer, selector: string) {
  for (let presses = 0; presses < 80; presses += 1) {
    await buyer.page.keyboard.press('Tab');
    for (const frame of buyer.page.frames()) {
      const isThere = await frame.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
      if (isThere) return;
    }
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

test('a plan is bought by clicking', { tag: ['@desk', '@phone'] }, async ({ buyer, shop }) => {
  const token = await buyer.buy('paid');
  await buyer.sees('paid');
  await expect(buyer.page.locator('main')).toContainText('29,900원');
  const { orders, invoices } = await shop.ledgerOf(token);
  expect(invoices.map((one) => one.sdk)).toEqual([true]);
  expect(orders).toHaveLength(1);
  await expect(buyer.page.locator('main')).toContainText(orders[0].order_number);
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('a plan is bought by keyboard alone', { tag: '@desk' }, async ({ buyer, shop }) => {
  const { page } = buyer;
  await page.goto('/');
  await tabTo(buyer, '[data-plan="pro"] .offer-month a.button');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/checkout/pro/month');
  await buyer.alive();
  await tabTo(buyer, '#name');
  await page.keyboard.type('홍길동');
  await tabTo(buyer, '#phone');
  await page.keyboard.type('01012345678');
  await tabTo(buyer, '#email');
  await page.keyboard.type('hong@example.com');
  await page.keyboard.press('Enter');
  await expect(buyer.outcome('paid')).toBeVisible();
  await tabTo(buyer, 'button[name="outcome"][value="paid"]');
  await page.keyboard.press('Enter');
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('the yearly price is the one that is paid', { tag: ['@desk', '@phone'] }, async ({ buyer, shop }) => {
  await buyer.page.goto('/');
  await buyer.page.getByLabel(words('interval-year')).check();
  await buyer.page.locator('[data-plan="starter"] .offer-year a.button').click();
  await buyer.page.waitForURL('**/checkout/starter/year');
  await buyer.alive();
  await expect(buyer.payButton()).toContainText('94,800원');
  await buyer.fill();
  await buyer.pay();
  await buyer.end('paid');
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual([{ status: PAID, price: 94_800, cancelled: 0 }]);
});

test('a plan is bought in English', { tag: '@desk' }, async ({ buyer, shop }) => {
  const { page } = buyer;
  await page.goto('/');
  await page.locator('a.language').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('[data-plan="pro"]')).toContainText('₩29,900');
  const token = await buyer.buy('paid');
  await buyer.sees('paid');
  await expect(page.getByRole('status')).toContainText(words('state-paid', 'en'));
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('every page says that the money is not real', { tag: '@desk' }, async ({ page }) => {
  for (const address of ['/', '/checkout/pro/month', '/terms', '/privacy', '/refund']) {
    await page.goto(address);
    await expect(page.locator('[data-banner="emulator"]')).toBeVisible();
  }
});
