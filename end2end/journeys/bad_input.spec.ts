import { HONG } from '../support/buyer';
import { expect, test } from '../support/test';
import { status } from '../support/watch';
import { words } from '../support/words';

/** Field, what is typed, and the words that must stand at the field. */
const REFUSED: [keyof typeof HONG, string, string][] = [
  ['name', '', 'error-name-empty'],
  ['name', '   ', 'error-name-empty'],
  ['name', '가'.repeat(41), 'error-name-too-long'],
  ['name', '홍길동😀', 'error-name-characters'],
  ['name', '홍\u202E길동', 'error-name-characters'],
  ['name', '홍\u200B길동', 'error-name-characters'],
  ['name', '홍\u0007길동', 'error-name-characters'],
  ['phone', '', 'error-phone-empty'],
  ['phone', '0'.repeat(31), 'error-phone-too-long'],
  ['phone', '12345', 'error-phone-form'],
  ['phone', '010-1234-56789012', 'error-phone-form'],
  ['phone', '<script>alert(1)</script>', 'error-phone-form'],
  ['phone', "' OR 1=1; --", 'error-phone-form'],
  ['phone', '010😀12345678', 'error-phone-form'],
  ['phone', '010\u200F12345678', 'error-phone-characters'],
  ['email', '', 'error-email-empty'],
  ['email', `${'a'.repeat(250)}@example.com`, 'error-email-too-long'],
  ['email', 'hong', 'error-email-form'],
  ['email', 'hong@localhost', 'error-email-form'],
  ['email', 'a b@example.com', 'error-email-form'],
  ['email', '"><img src=x onerror=alert(1)>@example.com', 'error-email-form'],
  ['email', "hong@example.com'; DROP TABLE orders; --", 'error-email-form'],
  ['email', 'hong😀@example.com', 'error-email-form'],
  ['email', 'hong\u202E@example.com', 'error-email-characters'],
];

test(
  'every refused field says why, keeps what was typed, and stores nothing',
  { tag: ['@desk', '@desk-plain'] },
  async ({ buyer, page, shop, watch }) => {
    watch.allow(status(422));
    const before = await shop.ledger();
    await buyer.open();
    const key = await page.locator('input[name="key"]').inputValue();
    for (const [field, typed, message] of REFUSED) {
      await test.step(`${field}: ${JSON.stringify(typed)}`, async () => {
        await buyer.fill({ [field]: typed });
        const answered = page.waitForResponse('**/api/checkout/start');
        await buyer.pay();
        expect((await answered).status()).toBe(422);
        await expect(page.locator(`#${field}-error`)).toHaveText(words(message));
        await expect(page.locator(`#${field}`)).toHaveAttribute('aria-invalid', 'true');
        for (const [name, value] of Object.entries({ ...HONG, [field]: typed })) {
          await expect(page.locator(`#${name}`)).toHaveValue(value);
          if (name !== field) await expect(page.locator(`#${name}-error`)).toBeEmpty();
        }
        expect(await page.locator('input[name="key"]').inputValue()).toBe(key);
      });
    }
    expect(await shop.ledger()).toEqual(before);
    // Had one of the refused forms been stored under its key, this one would be called another order.
    await buyer.fill();
    await buyer.pay();
    await buyer.end('paid');
    const token = await buyer.arrive();
    await buyer.sees('paid');
    expect(await shop.money(token)).toHaveLength(1);
  },
);

test('everything wrong at once is told at once', { tag: ['@desk', '@phone-plain'] }, async ({ buyer, page, watch }) => {
  watch.allow(status(422));
  await buyer.open();
  await buyer.pay();
  for (const field of ['name', 'phone', 'email']) {
    await expect(page.locator(`#${field}-error`)).toHaveText(words(`error-${field}-empty`));
  }
  if (buyer.hasScript) await expect(page.locator('#name')).toBeFocused();
});

test('markup in a name is refused at the field and only ever text', { tag: ['@desk', '@desk-plain'] }, async ({ buyer, page, shop, watch }) => {
  watch.allow(status(422));
  const before = await shop.ledger();
  await buyer.open();
  const hostile = `<b id="x">'; DROP--</b>`;
  await buyer.fill({ name: hostile });
  await buyer.pay();
  await expect(page.locator('#name-error')).toHaveText(words('error-name-characters'));
  await expect(page.locator('#name')).toHaveValue(hostile);
  await expect(page.locator('b#x')).toHaveCount(0);
  expect(await shop.ledger()).toEqual(before);
});

test('a form that another site’s page sends is refused', { tag: ['@desk', '@desk-plain'] }, async ({ page, shop, watch }) => {
  watch.allow(status(403));
  const before = await shop.ledger();
  const inputs = Object.entries({ ...HONG, plan: 'pro', interval: 'month', key: '0'.repeat(32) })
    .map(([name, value]) => `<input name="${name}" value="${value}">`)
    .join('');
  await page.route('http://foreign.example/', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: `<form method="post" action="${shop.url}/api/checkout/start">${inputs}<button>go</button></form>`,
    }),
  );
  await page.goto('http://foreign.example/');
  const answered = page.waitForResponse('**/api/checkout/start');
  await page.getByRole('button').click();
  expect((await answered).status()).toBe(403);
  expect(await shop.ledger()).toEqual(before);
});
