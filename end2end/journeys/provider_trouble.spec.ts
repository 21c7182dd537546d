import { PRICE } from '../support/buyer';
import { endPayment, reachPayment, startOrder } from '../support/by_request';
import { type Manner, Provider } from '../support/provider';
import { PAID, Shop } from '../support/shop';
import { Buyer, expect, test as base } from '../support/test';
import { status } from '../support/watch';
import { words } from '../support/words';

/** The longest that a page may make anybody wait. */
const PATIENCE_MS = 3_500;
const ONE_PAYMENT = [{ status: PAID, price: PRICE, cancelled: 0 }];

/** A shop whose provider can be stopped, slowed and made to talk nonsense. */
const test = base.extend<{ provider: Provider; troubled: Shop; plainBuyer: Buyer }>({
  provider: async ({}, use) => {
    const provider = await Provider.open();
    await use(provider);
    await provider.close();
  },
  troubled: async ({ provider }, use) => {
    const shop = await Shop.open({ MADANG_EMULATOR_ADDR: provider.addr });
    await use(shop);
    await shop.close();
  },
  plainBuyer: async ({ page }, use) => use(new Buyer(page, true, false)),
});

async function trouble(provider: Provider, manner: Manner | 'stopped') {
  if (manner === 'stopped') await provider.stop();
  else provider.manner = manner;
}

async function end(provider: Provider, manner: Manner | 'stopped') {
  if (manner === 'stopped') await provider.start();
  else provider.release();
}

async function inTime(act: () => Promise<unknown>) {
  const started = Date.now();
  await act();
  expect(Date.now() - started, 'milliseconds until the page was there').toBeLessThan(PATIENCE_MS);
}

const MANNERS: (Manner | 'stopped')[] = ['stopped', 'slow', 'html', 'truncated', 'empty', '500', 'hangs-up'];

for (const manner of MANNERS) {
  test.describe(`the provider, ${manner}`, { tag: '@desk' }, () => {
    test('the plain form can’t be paid now, and can later', async ({ page, plainBuyer: buyer, provider, troubled: shop, watch }) => {
      watch.allow(status(503), /net::ERR_(CONNECTION_REFUSED|FAILED).*bp-commerce-sdk/);
      // As a browser without script: the island is not what this is about.
      await page.route('**/*.wasm', (route) => route.abort());
      watch.allow(/net::ERR_FAILED.*\.wasm\)/, /uncaught: TypeError: Failed to fetch/);
      await page.goto(`${shop.url}/checkout/pro/month`);
      await buyer.fill();
      await trouble(provider, manner);
      await inTime(async () => {
        await buyer.pay();
        await expect(page.locator('h1')).toHaveText(words('unavailable-title'), { timeout: 15_000 });
      });
      await expect(page.locator('main')).toContainText('C-PROVIDER');
      await page.getByRole('link', { name: words('unavailable-order') }).click();
      const token = await buyer.arrive();
      await buyer.sees('pending');
      await end(provider, manner);
      await page.unroute('**/*.wasm');
      await page.getByRole('button', { name: words('order-pay') }).click();
      await buyer.end('paid');
      expect(await buyer.arrive()).toBe(token);
      await buyer.sees('paid');
      expect(await shop.money(token)).toEqual(ONE_PAYMENT);
      expect((await shop.ledgerOf(token)).invoices).toHaveLength(1);
    });

    test('the return after paying waits for a later look', async ({ page, plainBuyer: buyer, provider, troubled: shop }) => {
      const { token, paymentUrl } = await reachPayment(shop);
      const returnTo = await endPayment(paymentUrl, 'paid');
      await trouble(provider, manner);
      await inTime(() => page.goto(returnTo));
      await buyer.sees('pending');
      await expect(page.locator('main')).toContainText('O-WAIT', { timeout: 1_000 });
      await end(provider, manner);
      await buyer.sees('paid');
      expect(await shop.money(token)).toEqual(ONE_PAYMENT);
    });

    test('an order’s page that is opened says that it is being checked', async ({ page, plainBuyer: buyer, provider, troubled: shop }) => {
      const token = await startOrder(shop);
      await trouble(provider, manner);
      await inTime(() => page.goto(`${shop.url}/orders/${token}`));
      await buyer.sees('pending');
      await expect(page.locator('main')).toContainText('O-WAIT', { timeout: 1_000 });
      await inTime(() => page.reload());
      await expect(page.locator('main')).toContainText('O-WAIT', { timeout: 1_000 });
    });
  });
}

test('with script: the provider falls silent between payment and look', { tag: '@desk' }, async ({ page, provider, troubled: shop }) => {
  const buyer = new Buyer(page, false, true);
  await page.goto(`${shop.url}/checkout/pro/month`);
  await buyer.alive();
  await buyer.fill();
  await buyer.pay();
  await expect(buyer.outcome('paid')).toBeVisible();
  provider.manner = 'slow';
  await buyer.end('paid');
  const token = await buyer.arrive();
  await buyer.sees('pending');
  await expect(page.locator('main')).toContainText('O-WAIT', { timeout: 1_000 });
  provider.release();
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual(ONE_PAYMENT);
});
