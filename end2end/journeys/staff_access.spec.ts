import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { type Session, makeLink, paidOrder } from '../support/by_request';
import { AT } from '../support/clerk';
import type { Shop } from '../support/shop';
import { Clerk, expect, test } from '../support/test';
import { status } from '../support/watch';

test.use({ trace: 'off' });

interface Scene {
  page: Page;
  clerk: Clerk;
  shop: Shop;
  session: Session;
}

const TERMS = { name: '11월 단체 주문', amount: '412,000', customer_phone: '010-2345-6789' };
const NOBODY = 'nobody-is-called-so';

async function atOrder({ clerk, shop }: Scene) {
  const { number } = await paidOrder(shop);
  await clerk.page.goto(AT.orders);
  await clerk.openOrder(number);
}

async function atLink({ page, shop, session }: Scene) {
  const { id } = await makeLink(shop, session, TERMS);
  await page.goto(`${AT.links}/${id}`);
}

/** Every page of the staff's, and how to get there. */
const PAGES: [string, (scene: Scene) => Promise<unknown>][] = [
  [
    'dashboard',
    async ({ page, shop }) => {
      await paidOrder(shop);
      await page.goto(AT.dashboard);
      for (const folded of await page.locator('main summary').all()) await folded.click();
    },
  ],
  [
    'orders',
    async ({ page, shop }) => {
      await paidOrder(shop);
      await page.goto(AT.orders);
    },
  ],
  ['orders, none found', ({ page }) => page.goto(`${AT.orders}?q=${NOBODY}`)],
  ['order', atOrder],
  [
    'order, refused refund',
    async (scene) => {
      await atOrder(scene);
      await scene.clerk.refund('5,000', '', '4,000');
      expect(await scene.clerk.refused()).not.toEqual([]);
    },
  ],
  ['reviews', ({ page }) => page.goto(AT.reviews)],
  [
    'webhooks',
    async ({ page, shop }) => {
      await paidOrder(shop);
      await page.goto(AT.webhooks);
    },
  ],
  [
    'reconciliation',
    async ({ page, clerk }) => {
      await page.goto(AT.reconcile);
      await clerk.post(page.locator('form[action="/admin/reconcile"] button[type="submit"]'));
    },
  ],
  [
    'links',
    async ({ page, shop, session }) => {
      await makeLink(shop, session, TERMS);
      await page.goto(AT.links);
    },
  ],
  ['links, none found', ({ page }) => page.goto(`${AT.links}?q=${NOBODY}`)],
  ['link, new', ({ page }) => page.goto(AT.newLink)],
  [
    'link, preview',
    async ({ page, clerk }) => {
      await page.goto(AT.newLink);
      for (const [name, text] of Object.entries(TERMS)) await clerk.type(name, text);
      await clerk.preview();
    },
  ],
  [
    'link, refused',
    async ({ page, clerk }) => {
      await page.goto(AT.newLink);
      await clerk.type('amount', '-1');
      await clerk.submit('amount');
      expect(await clerk.refused()).toEqual(expect.arrayContaining(['name', 'amount']));
    },
  ],
  ['link', atLink],
  [
    'link, sheet',
    async (scene) => {
      await atLink(scene);
      await scene.clerk.openSheet();
    },
  ],
  ['plans', ({ page }) => page.goto(AT.plans)],
  ['plan, new', ({ page }) => page.goto(AT.newPlan)],
  ['plan', ({ page }) => page.goto(AT.plan)],
  ['promotions', ({ page }) => page.goto(AT.promotions)],
  ['promotion, new', ({ page }) => page.goto(AT.newPromotion)],
  [
    'promotion, refused',
    async ({ page, clerk }) => {
      await page.goto(AT.newPromotion);
      await clerk.type('value', '101');
      await clerk.submit('code');
      expect(await clerk.refused()).toEqual(expect.arrayContaining(['code', 'value']));
    },
  ],
  [
    'promotion',
    async ({ page, clerk }) => {
      const code = `FALL-${Math.floor(Math.random() * 1e9)}`;
      await page.goto(AT.newPromotion);
      await clerk.makePromotion(code, 'percent', '10');
      await page.goto(`${AT.promotions}/${code}`);
    },
  ],
  ['settings', ({ page }) => page.goto(AT.settings)],
  ['doctor', ({ page }) => page.goto(AT.doctor)],
  ['staff', ({ page }) => page.goto(AT.staff)],
  ['audit log', ({ page }) => page.goto(AT.audit)],
  ['account', ({ page }) => page.goto(AT.account)],
  ['second factor', ({ page }) => page.goto(AT.factor)],
  [
    'login, refused',
    async ({ page, clerk }) => {
      await page.context().clearCookies({ name: '__Host-madang' });
      await clerk.logIn('not the password');
      await expect(page.getByRole('alert').first()).toBeVisible();
    },
  ],
];

async function violations(page: Page, rules: (axe: AxeBuilder) => AxeBuilder): Promise<string[]> {
  const found = await rules(new AxeBuilder({ page })).analyze();
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(' | ')}`);
}

/** How far the page itself, and not a part of it, can be moved sideways. */
const overhang = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const lang of ['ko', 'en'] as const) {
  for (const [name, reach] of PAGES) {
    const tag = lang === 'ko' ? ['@desk', '@phone'] : ['@desk'];
    test(`${name}, ${lang}: no violations in light and dark, nothing off the screen`, { tag }, async ({ context, page, clerk, shop, session, watch }) => {
      watch.allow(status(422));
      await context.addCookies([{ name: 'lang', value: lang, url: shop.url }]);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      let code = 0;
      page.on('response', (answer) => {
        if (answer.request().isNavigationRequest()) code = answer.status();
      });
      await reach({ page, clerk, shop, session });
      expect([200, 422], 'the page is there').toContain(code);
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      await expect(page.locator('h1')).toHaveCount(1);
      expect(await violations(page, (axe) => axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']))).toEqual([]);
      // The theme changes nothing but colours.
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page, (axe) => axe.withRules('color-contrast'))).toEqual([]);
      expect(await overhang(page)).toBe(0);
      const narrow = { width: 320, height: 640 };
      await page.setViewportSize(narrow);
      expect(await overhang(page), 'at 320 pixels').toBe(0);
    });
  }
}

test('a page that is not there says so, in the staff’s frame or not', { tag: ['@desk'] }, async ({ page, clerk, watch }) => {
  watch.allow(status(404));
  await clerk.begin();
  const answer = await page.goto(`${AT.dashboard}/nothing-here`);
  expect(answer?.status()).toBe(404);
  expect(await violations(page, (axe) => axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']))).toEqual([]);
});
