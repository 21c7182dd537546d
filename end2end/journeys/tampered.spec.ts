import { CANCELLED } from '../support/shop';
import { expect, test } from '../support/test';

const STARTER = '6700000000000000000000a1';

test('another price in the browser is never paid, and the money goes back', { tag: ['@desk', '@phone'] }, async ({ buyer, page, shop }) => {
  await page.addInitScript((product) => {
    let real: any;
    Object.defineProperty(window, 'BootpayCommerce', {
      configurable: true,
      get: () => real,
      set(vendor) {
        const ask = vendor.requestCheckout.bind(vendor);
        vendor.requestCheckout = (data: any) =>
          ask({ ...data, price: 9_900, products: [{ ...data.products[0], product_id: product }] });
        real = vendor;
      },
    });
  }, STARTER);
  await page.goto('/checkout/pro/month');
  await page.waitForFunction(() => Boolean((window as any).BootpayCommerce));
  await buyer.fill();
  await buyer.pay();
  await buyer.end('paid');
  const token = await buyer.arrive();
  await buyer.sees('failed');
  await expect(page.locator('main')).toContainText('O-AMOUNT');
  await expect(page.locator('main')).toContainText('9,900원');
  expect(await shop.money(token)).toEqual([{ status: CANCELLED, price: 9_900, cancelled: 9_900 }]);
  expect((await shop.ledgerOf(token)).cancels).toHaveLength(1);
  await page.reload();
  await buyer.sees('failed');
  expect((await shop.ledgerOf(token)).cancels).toHaveLength(1);
});
