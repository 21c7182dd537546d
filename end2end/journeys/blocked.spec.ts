import { PRICE } from '../support/buyer';
import { PAID } from '../support/shop';
import { expect, test } from '../support/test';

test('with WASM blocked the form still pays', { tag: ['@desk', '@phone'] }, async ({ buyer, page, shop, watch }) => {
  watch.allow(/net::ERR_FAILED.*\.wasm\)/, /uncaught: TypeError: Failed to fetch/);
  await page.route('**/*.wasm', (route) => route.abort());
  const blocked = page.waitForEvent('requestfailed', (request) => request.url().endsWith('.wasm'));
  await page.goto('/checkout/pro/month');
  await blocked;
  await buyer.fill();
  await buyer.pay();
  await page.locator('button[name="outcome"][value="paid"]').click();
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect((await shop.ledgerOf(token)).invoices.map((one) => one.sdk)).toEqual([false]);
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('with the vendor’s script blocked the island pays by the form', { tag: ['@desk', '@phone'] }, async ({ buyer, page, shop, watch }) => {
  watch.allow(/net::ERR_FAILED.*bp-commerce-sdk/);
  await page.route('**/commerce/*.js', (route) => route.abort());
  const blocked = page.waitForEvent('requestfailed', (request) => request.url().includes('bp-commerce-sdk'));
  await page.goto('/checkout/pro/month');
  await blocked;
  await buyer.fill();
  await buyer.pay();
  await page.locator('button[name="outcome"][value="paid"]').click();
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect((await shop.ledgerOf(token)).invoices.map((one) => one.sdk)).toEqual([false]);
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('a vendor’s script that never answers does not hold the buyer up', { tag: '@desk' }, async ({ buyer, page, shop }) => {
  await page.route('**/commerce/*.js', () => undefined);
  const asked = page.waitForRequest('**/commerce/*.js');
  // The pending script keeps the page from loading to its end.
  await page.goto('/checkout/pro/month', { waitUntil: 'commit' });
  await asked;
  await buyer.fill();
  await buyer.pay();
  await page.locator('button[name="outcome"][value="paid"]').click({ timeout: 15_000 });
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('a vendor’s script that throws leaves the form to pay', { tag: '@desk' }, async ({ buyer, page, shop }) => {
  await page.route('**/commerce/*.js', (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: 'window.BootpayCommerce = { requestCheckout() { throw new Error("broken"); }, setEnvironmentMode() {} };',
    }),
  );
  await buyer.open();
  await buyer.fill();
  await buyer.pay();
  await page.locator('button[name="outcome"][value="paid"]').click();
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});
