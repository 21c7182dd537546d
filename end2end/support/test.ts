import { test as base } from '@playwright/test';

import { Buyer } from './buyer';
import { Shop } from './shop';
import { Watch } from './watch';

export { expect } from '@playwright/test';
export { Buyer };

interface PerTest {
  watch: Watch;
  buyer: Buyer;
}

/** Every worker has a shop of its own; every page is watched. */
export const test = base.extend<PerTest, { shop: Shop }>({
  shop: [
    async ({}, use) => {
      const shop = await Shop.open();
      await use(shop);
      await shop.close();
    },
    { scope: 'worker' },
  ],
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
  buyer: async ({ page, isMobile, javaScriptEnabled }, use) => {
    await use(new Buyer(page, isMobile || !javaScriptEnabled, javaScriptEnabled));
  },
});
