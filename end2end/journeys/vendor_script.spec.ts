import { type Browser, chromium } from '@playwright/test';

import { PRICE } from '../support/buyer';
import { FAILED, PAID, Shop } from '../support/shop';
import { Buyer, expect, test as base } from '../support/test';
import { API_HOST, SCRIPT_URL, VendorHosts } from '../support/vendor';
import { words } from '../support/words';

interface Vendored {
  vendored: { shop: Shop; hosts: VendorHosts; browser: Browser };
}

/** A shop that loads the vendor's own script, and a browser that finds the vendor's hosts on this machine. */
const test = base.extend<{ vendorBuyer: Buyer }, Vendored>({
  vendored: [
    async ({ launchOptions }, use) => {
      const shop = await Shop.open({ BOOTPAY_SDK_URL: SCRIPT_URL });
      const hosts = await VendorHosts.open(shop.provider);
      const browser = await chromium.launch({ ...launchOptions, args: [...(launchOptions.args ?? []), hosts.rules()] });
      await use({ shop, hosts, browser });
      await browser.close();
      await hosts.close();
      await shop.close();
    },
    { scope: 'worker' },
  ],
  vendorBuyer: async ({ vendored, watch, viewport, locale }, use) => {
    const context = await vendored.browser.newContext({
      baseURL: vendored.shop.url,
      ignoreHTTPSErrors: true,
      viewport,
      locale,
    });
    await watch.over(context);
    await use(new Buyer(await context.newPage(), false, true));
    await context.close();
  },
});

test.describe('with the vendor’s own script from npm', { tag: '@desk' }, () => {
  test('done: a plan is bought', async ({ vendorBuyer: buyer, vendored: { shop, hosts } }) => {
    const token = await buyer.buy('paid');
    await buyer.sees('paid');
    const { invoices } = await shop.ledgerOf(token);
    expect(invoices.map((one) => one.sdk)).toEqual([true]);
    expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
    expect(hosts.asked).toContain(`GET ${SCRIPT_URL.replace('https://', '')}`);
    expect(hosts.asked).toContain(`POST ${API_HOST}/v1/invoices`);
  });

  test('cancel: nothing is paid, and a second click pays', async ({ vendorBuyer: buyer, vendored: { shop } }) => {
    await buyer.open();
    await buyer.fill();
    await buyer.pay();
    await buyer.end('cancel');
    await expect(buyer.page.locator('.form-status')).toHaveText(words('checkout-cancelled'));
    await buyer.pay();
    await buyer.end('paid');
    const token = await buyer.arrive();
    await buyer.sees('paid');
    expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
  });

  test('error: the order’s page says that nothing was paid', async ({ vendorBuyer: buyer, vendored: { shop } }) => {
    const token = await buyer.buy('fail');
    await buyer.sees('failed');
    await expect(buyer.page.locator('main')).toContainText('O-DECLINED');
    expect(await shop.money(token)).toEqual([{ status: FAILED, price: PRICE, cancelled: 0 }]);
  });
});
