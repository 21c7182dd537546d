import { PRICE } from '../support/buyer';
import { PAID, Shop } from '../support/shop';
import { Buyer, expect, test } from '../support/test';

const ONE_PAYMENT = [{ status: PAID, price: PRICE, cancelled: 0 }];

/** The payment is made, and nothing that would tell the shop of it gets through. Answers a wait for that moment. */
async function holdNews(buyer: Buyer): Promise<() => Promise<void>> {
  let isPaid = false;
  if (buyer.leaves) {
    // The provider books the payment, and its way back to the shop never reaches the browser.
    await buyer.page.route('**/invoice/*', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      await route.fetch({ maxRedirects: 0 });
      isPaid = true;
    });
  } else {
    await buyer.page.route('**/api/orders/verify', () => {
      isPaid = true;
    });
  }
  return () => expect.poll(() => isPaid, { message: 'the payment is made' }).toBe(true);
}

async function tokenOfLatest(shop: Shop): Promise<string> {
  const { invoices } = await shop.ledger();
  return /\/orders\/([0-9a-z]{32})\//.exec(invoices.at(-1)?.redirect_url)?.[1] ?? '';
}

async function payAndStop(buyer: Buyer) {
  const paid = await holdNews(buyer);
  await buyer.open();
  await buyer.fill();
  await buyer.pay();
  // A page that never answers never ends the click.
  await buyer.outcome('paid').click({ noWaitAfter: true });
  await paid();
}

test(
  'the tab is closed after paying, and the order’s address tells it later',
  { tag: ['@desk', '@phone', '@desk-plain', '@phone-plain'] },
  async ({ buyer, context, shop }) => {
    await payAndStop(buyer);
    const token = await tokenOfLatest(shop);
    await buyer.page.close();
    const later = await context.newPage();
    await later.goto(`/orders/${token}`);
    await expect(later.locator('main')).toHaveAttribute('data-order-state', 'paid');
    expect(await shop.money(token)).toEqual(ONE_PAYMENT);
  },
);

test(
  'the shop dies after the payment and before the return',
  { tag: ['@desk', '@phone-plain'] },
  async ({ browser, isMobile, javaScriptEnabled, watch }) => {
    const shop = await Shop.open();
    try {
      const context = await browser.newContext({ baseURL: shop.url });
      await watch.over(context);
      const buyer = new Buyer(await context.newPage(), isMobile || !javaScriptEnabled, javaScriptEnabled);
      await payAndStop(buyer);
      const token = await tokenOfLatest(shop);
      await buyer.page.close();
      await shop.kill();
      await shop.start();
      const later = new Buyer(await context.newPage(), true, javaScriptEnabled);
      await later.page.goto(`/orders/${token}`);
      await later.sees('paid');
      expect(await shop.money(token)).toEqual(ONE_PAYMENT);
      await context.close();
    } finally {
      await shop.close();
    }
  },
);

test('a paid order stays paid through a power cut', { tag: '@desk' }, async ({ browser, watch }) => {
  const shop = await Shop.open();
  try {
    const context = await browser.newContext({ baseURL: shop.url, locale: 'ko-KR' });
    await watch.over(context);
    const buyer = new Buyer(await context.newPage(), false, true);
    const token = await buyer.buy('paid');
    await buyer.sees('paid');
    await shop.kill();
    await shop.start();
    await buyer.page.reload();
    await buyer.sees('paid');
    expect(await shop.money(token)).toEqual(ONE_PAYMENT);
    await context.close();
  } finally {
    await shop.close();
  }
});
