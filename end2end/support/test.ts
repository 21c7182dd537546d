import { test as base } from '@playwright/test';

import { Buyer } from './buyer';
import { type Session, logIn } from './by_request';
import { Clerk } from './clerk';
import { Shop } from './shop';
import { Watch } from './watch';

export { expect } from '@playwright/test';
export { Buyer, Clerk };

interface PerTest {
  watch: Watch;
  buyer: Buyer;
  clerk: Clerk;
}

interface PerWorker {
  shop: Shop;
  session: Session;
}

/** Every worker has a shop of its own; every page is watched. */
export const test = base.extend<PerTest, PerWorker>({
  shop: [
    async ({}, use) => {
      const shop = await Shop.open();
      await use(shop);
      await shop.close();
    },
    { scope: 'worker' },
  ],
  /** The owner's, so that a password is hashed once and not in every test. */
  session: [async ({ shop }, use) => use(await logIn(shop)), { scope: 'worker' }],
  baseURL: async ({ shop }, use) => use(shop.url),
  watch: [
    async ({ context }, use) => {
      const watch = new Watch();
      await watch.over(context);
      await use(watch);
      watch.check();
    },
    { auto: true },
  ],
  /** Logged in already. */
  clerk: async ({ context, page, shop, session, javaScriptEnabled }, use) => {
    const where = { domain: new URL(shop.url).hostname, path: '/' };
    await context.addCookies([{ ...session, ...where, secure: true, httpOnly: true, sameSite: 'Lax' }]);
    await use(new Clerk(page, javaScriptEnabled));
  },
  buyer: async ({ page, isMobile, javaScriptEnabled }, use) => {
    await use(new Buyer(page, isMobile || !javaScriptEnabled, javaScriptEnabled));
  },
});
