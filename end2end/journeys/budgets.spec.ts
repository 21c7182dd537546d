import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../support/program';
import { expect, test } from '../support/test';

const PKG = path.join(ROOT, 'target/site/pkg');

test('the first visit of the first page is small and needs no script', { tag: ['@desk', '@phone'] }, async ({ page, shop }) => {
  const requests: { url: string; type: string; bytes: number }[] = [];
  const sized: Promise<void>[] = [];
  page.on('requestfinished', (request) => {
    const size = request.sizes().then(({ responseBodySize }) => {
      requests.push({ url: request.url(), type: request.resourceType(), bytes: responseBodySize });
    });
    sized.push(size);
  });
  await page.goto('/', { waitUntil: 'networkidle' });
  await Promise.all(sized);
  const isIcon = (url: string) => url.includes('favicon');
  const needed = requests.filter((one) => !isIcon(one.url));
  expect(needed.map((one) => one.type).sort()).toEqual(['document', 'stylesheet']);
  expect(await page.locator('script').count()).toBe(0);
  // Chromium does not always fetch the icon under test, so it is weighed by hand.
  const icon = await fetch(`${shop.url}/favicon.svg`, { headers: { 'Accept-Encoding': 'br' } });
  const total = needed.reduce((sum, one) => sum + one.bytes, Number(icon.headers.get('content-length')));
  expect(needed.every((one) => one.bytes > 0)).toBe(true);
  expect(total, 'bytes on the wire').toBeLessThanOrEqual(10_000);
});

test('the checkout page’s WASM and JS are within their budgets', { tag: '@desk' }, async ({ page, shop }) => {
  const served: { name: string; coding: string | undefined }[] = [];
  page.on('response', (response) => {
    const { origin, pathname } = new URL(response.url());
    if (origin === shop.url && /\.(wasm|js)$/.test(pathname)) {
      served.push({ name: path.basename(pathname), coding: response.headers()['content-encoding'] });
    }
  });
  await page.goto('/checkout/pro/month');
  await page.waitForFunction(() => 'BootpayCommerce' in window);
  expect(served.length).toBeGreaterThanOrEqual(2);
  const bytes = (ending: string) =>
    served.filter((one) => one.name.endsWith(ending)).reduce((sum, one) => sum + statSync(path.join(PKG, `${one.name}.br`)).size, 0);
  expect(bytes('.wasm'), 'bytes of WASM').toBeGreaterThan(0);
  expect(bytes('.wasm'), 'bytes of WASM').toBeLessThanOrEqual(120_000);
  expect(bytes('.js'), 'bytes of JS').toBeGreaterThan(0);
  expect(bytes('.js'), 'bytes of JS').toBeLessThanOrEqual(12_000);
});

test('every file of the site is served compressed, and hashed ones for ever', { tag: '@desk' }, async ({ shop }) => {
  const files = readdirSync(PKG).filter((name) => /\.(wasm|js|css)$/.test(name));
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const name of files) {
    for (const coding of ['br', 'gzip']) {
      const answer = await fetch(`${shop.url}/pkg/${name}`, { headers: { 'Accept-Encoding': coding } });
      expect(answer.status, name).toBe(200);
      expect(answer.headers.get('content-encoding'), name).toBe(coding);
      expect(answer.headers.get('cache-control'), name).toContain('immutable');
    }
  }
});
