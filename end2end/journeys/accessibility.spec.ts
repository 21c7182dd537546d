import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { endPayment, logIn, makeLink, reachPayment, staffPost, startOrder, stateOf } from '../support/by_request';
import type { Shop } from '../support/shop';
import { expect, test } from '../support/test';
import { status } from '../support/watch';

async function order(shop: Shop, outcome: 'paid' | 'deposit' | 'fail', state: string): Promise<string> {
  const { token, paymentUrl } = await reachPayment(shop);
  await endPayment(paymentUrl, outcome);
  await expect.poll(() => stateOf(shop, token)).toBe(state);
  return `/orders/${token}`;
}

async function link(shop: Shop, act?: 'stop'): Promise<string> {
  const session = await logIn(shop);
  const { id, address } = await makeLink(shop, session, { name: '11월 상담료', amount: '412,000', customer_phone: '010-2345-6789' });
  if (act) await staffPost(shop, session, `/admin/links/${id}`, {}, `/admin/links/${id}/${act}`);
  return new URL(address).pathname;
}

/** Every main page, and how to get there. */
const PAGES: [string, (page: Page, shop: Shop) => Promise<unknown>][] = [
  ['plans', (page) => page.goto('/')],
  ['checkout', (page) => page.goto('/checkout/pro/month')],
  [
    'checkout with errors',
    async (page) => {
      await page.goto('/checkout/pro/month');
      await page.waitForFunction(() => 'BootpayCommerce' in window);
      await page.locator('button.button-pay').click();
      await expect(page.locator('#name-error')).not.toBeEmpty();
    },
  ],
  ['order, pending', async (page, shop) => page.goto(`/orders/${await startOrder(shop)}`)],
  ['order, paid', async (page, shop) => page.goto(await order(shop, 'paid', 'paid'))],
  ['order, failed', async (page, shop) => page.goto(await order(shop, 'fail', 'failed'))],
  ['order, deposit', async (page, shop) => page.goto(await order(shop, 'deposit', 'awaiting_deposit'))],
  ['order look-up', (page) => page.goto('/orders')],
  [
    'order look-up, nothing found',
    async (page) => {
      await page.goto('/orders');
      await page.locator('main form button').click();
      await expect(page.locator('#number-error')).not.toBeEmpty();
    },
  ],
  ['pay link', async (page, shop) => page.goto(await link(shop))],
  ['pay link, stopped', async (page, shop) => page.goto(await link(shop, 'stop'))],
  ['terms', (page) => page.goto('/terms')],
  ['privacy', (page) => page.goto('/privacy')],
  ['refund policy', (page) => page.goto('/refund')],
  ['404', (page) => page.goto('/nothing-here')],
];

async function violations(page: Page, rules: (axe: AxeBuilder) => AxeBuilder): Promise<string[]> {
  const found = await rules(new AxeBuilder({ page })).analyze();
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(' | ')}`);
}

for (const lang of ['ko', 'en'] as const) {
  for (const [name, reach] of PAGES) {
    const tag = lang === 'ko' ? ['@desk', '@phone'] : ['@desk'];
    test(`${name}, ${lang}: no violations in light and dark`, { tag }, async ({ context, page, shop, watch }) => {
      watch.allow(status(422), status(404));
      await context.addCookies([{ name: 'lang', value: lang, url: shop.url }]);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await reach(page, shop);
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      expect(await violations(page, (axe) => axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']))).toEqual([]);
      // The theme changes nothing but colours.
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page, (axe) => axe.withRules('color-contrast'))).toEqual([]);
    });
  }
}
