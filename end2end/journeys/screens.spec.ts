import path from 'node:path';

import { devices } from '@playwright/test';

import { endPayment, fields, reachPayment, startOrder, stateOf } from '../support/by_request';
import type { Shop } from '../support/shop';
import { Buyer, expect, test } from '../support/test';
import { status } from '../support/watch';

// Pictures for people to look at; runs only when MADANG_SCREENS names a folder.
const FOLDER = path.resolve(process.env.MADANG_SCREENS || 'screens');

async function order(shop: Shop, outcome: 'paid' | 'deposit' | 'fail', state: string): Promise<string> {
  const { token, paymentUrl } = await reachPayment(shop);
  await endPayment(paymentUrl, outcome);
  await expect.poll(() => stateOf(shop, token)).toBe(state);
  return `/orders/${token}`;
}

const SIZES = {
  desk: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, userAgent: devices['Pixel 7'].userAgent, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  narrow: { viewport: { width: 320, height: 640 }, userAgent: devices['Pixel 7'].userAgent, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

for (const [size, use] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const lang of ['ko', 'en'] as const) {
      test(`${size} ${colorScheme} ${lang}`, { tag: '@screens' }, async ({ browser, shop, watch }) => {
        test.setTimeout(120_000);
        watch.allow(status(404), status(409), status(422));
        const context = await browser.newContext({ ...use, colorScheme, baseURL: shop.url, locale: lang === 'ko' ? 'ko-KR' : 'en-US' });
        await watch.over(context);
        const page = await context.newPage();
        const buyer = new Buyer(page, size !== 'desk', true);
        let count = 0;
        const shoot = async (name: string) => {
          count += 1;
          const file = `${String(count).padStart(2, '0')}-${name}-${size}-${colorScheme}-${lang}.png`;
          await page.screenshot({ path: path.join(FOLDER, file), fullPage: true });
        };
        const visit = async (name: string, address: string) => {
          await page.goto(address);
          await shoot(name);
        };
        await visit('plans', `/?lang=${lang}`);
        await visit('plans-yearly', '/?interval=year');
        await buyer.open();
        await shoot('checkout');
        await buyer.pay();
        await expect(page.locator('#name-error')).not.toBeEmpty();
        await shoot('checkout-errors');
        await buyer.fill();
        await buyer.pay();
        await expect(buyer.outcome('paid')).toBeVisible();
        await shoot('order-form');
        await visit('order-pending', `/orders/${await startOrder(shop)}`);
        await visit('order-paid', await order(shop, 'paid', 'paid'));
        await visit('order-failed', await order(shop, 'fail', 'failed'));
        await visit('order-deposit', await order(shop, 'deposit', 'awaiting_deposit'));
        const form = fields();
        await startOrder(shop, form);
        await page.goto('/checkout/pro/month');
        await page.locator('input[name="key"]').evaluate((input: HTMLInputElement, key) => (input.value = key), form.key);
        await buyer.alive();
        await buyer.fill({ name: '김철수' });
        await buyer.pay();
        await expect(page.locator('form[action="/api/checkout/start"] button')).toBeVisible();
        await expect(page.locator('#name')).toHaveCount(0);
        await shoot('form-used');
        await visit('order-lookup', '/orders');
        await page.locator('main form button').click();
        await expect(page.locator('#number-error')).not.toBeEmpty();
        await shoot('order-lookup-nothing');
        for (const name of ['terms', 'privacy', 'refund', 'nothing-here']) await visit(name, `/${name}`);
        await context.close();
      });
    }
  }
}
