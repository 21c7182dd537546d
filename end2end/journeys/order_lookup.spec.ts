import { HONG } from '../support/buyer';
import { paidOrder } from '../support/by_request';
import { expect, test } from '../support/test';
import { status } from '../support/watch';
import { words } from '../support/words';

const EVERYWHERE = { tag: ['@desk', '@phone', '@desk-plain', '@phone-plain'] };

test('an order is found again by number and phone, however they are written', EVERYWHERE, async ({ buyer, page, shop }) => {
  const { token, number } = await paidOrder(shop);
  await page.goto('/');
  await page.locator('footer a[href="/orders"]').click();
  await expect(page.locator('h1')).toHaveText(words('lookup-title'));
  await page.locator('#number').fill(` ${number.replace('-', '').toLowerCase()} `);
  await page.locator('#phone').fill('+82 10 1234 5678');
  await page.getByRole('button', { name: words('lookup-find') }).click();
  expect(await buyer.arrive()).toBe(token);
  await buyer.sees('paid');
});

test('wrong and unknown get one answer and what was typed is still there', EVERYWHERE, async ({ buyer, page, shop, watch }) => {
  watch.allow(status(422));
  const { token, number } = await paidOrder(shop);
  for (const [typed, phone] of [
    [number, '010-0000-0000'],
    ['261120-0000000', HONG.phone],
    ['?', HONG.phone],
  ] as const) {
    await page.goto('/orders');
    await page.locator('#number').fill(typed);
    await page.locator('#phone').fill(phone);
    await page.getByRole('button', { name: words('lookup-find') }).click();
    await expect(page.locator('.notice')).toHaveText(words('lookup-nothing'));
    await expect(page.locator('#number')).toHaveValue(typed);
    await expect(page.locator('#phone')).toHaveValue(phone);
    for (const field of ['number', 'phone']) {
      await expect(page.locator(`#${field}`)).toHaveAttribute('aria-invalid', 'true');
      await expect(page.locator(`#${field}-error`)).toHaveText(words(`lookup-${field}-check`));
    }
  }
  await page.locator('#number').fill(number);
  await page.getByRole('button', { name: words('lookup-find') }).click();
  expect(await buyer.arrive()).toBe(token);
});

test('an order’s page that is not there leads to the form', { tag: ['@desk', '@phone-plain'] }, async ({ page, watch }) => {
  watch.allow(status(404));
  await page.goto(`/orders/${'0'.repeat(32)}`);
  await page.locator('main a[href="/orders"]').click();
  await expect(page.locator('h1')).toHaveText(words('lookup-title'));
});
