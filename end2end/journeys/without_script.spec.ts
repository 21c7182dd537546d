import { PRICE } from '../support/buyer';
import { PAID } from '../support/shop';
import { expect, test } from '../support/test';
import { status } from '../support/watch';
import { words } from '../support/words';

const PLAIN = { tag: ['@desk-plain', '@phone-plain'] };

test('a plan is bought through the plain form', PLAIN, async ({ buyer, shop }) => {
  const token = await buyer.buy('paid');
  await buyer.sees('paid');
  const { invoices } = await shop.ledgerOf(token);
  expect(invoices.map((one) => one.sdk)).toEqual([false]);
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('the interval switch works by style alone', PLAIN, async ({ page }) => {
  await page.goto('/');
  const monthly = page.locator('[data-plan="pro"] .offer-month');
  const yearly = page.locator('[data-plan="pro"] .offer-year');
  await expect(monthly).toBeVisible();
  await expect(yearly).toBeHidden();
  await page.getByLabel(words('interval-year')).check();
  await expect(yearly).toBeVisible();
  await expect(monthly).toBeHidden();
  await page.goto('/?interval=year');
  await expect(yearly).toBeVisible();
  await expect(monthly).toBeHidden();
});

test('the language link keeps the page and is remembered', PLAIN, async ({ page }) => {
  await page.goto('/checkout/pro/year');
  await page.locator('a.language').click();
  await expect(page).toHaveURL(/\/checkout\/pro\/year\?lang=en$/);
  await expect(page.locator('h1')).toHaveText(words('checkout-title', 'en'));
  await page.goto('/terms');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.locator('a.language').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
});

test('errors stand at their fields and what was typed is still there', PLAIN, async ({ buyer, shop, watch }) => {
  watch.allow(status(422));
  const { page } = buyer;
  const before = await shop.ledger();
  await buyer.open();
  await buyer.fill({ phone: '12345', email: '홍길동' });
  await buyer.pay();
  await expect(page.locator('#phone-error')).toHaveText(words('error-phone-form'));
  await expect(page.locator('#email-error')).toHaveText(words('error-email-form'));
  await expect(page.locator('#name-error')).toHaveText('');
  await expect(page.locator('#name')).toHaveValue('홍길동');
  await expect(page.locator('#phone')).toHaveValue('12345');
  await expect(page.locator('#email')).toHaveValue('홍길동');
  expect(await shop.ledger()).toEqual(before);
  await buyer.fill();
  await buyer.pay();
  await buyer.end('paid');
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});
