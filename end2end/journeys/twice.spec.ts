import { PRICE } from '../support/buyer';
import { ask, endPayment, fields, formKey, post, stateOf } from '../support/by_request';
import { PAID } from '../support/shop';
import { Buyer, expect, test } from '../support/test';
import { status } from '../support/watch';
import { words } from '../support/words';

const ONE_PAYMENT = [{ status: PAID, price: PRICE, cancelled: 0 }];

test('a double click pays once', { tag: ['@desk', '@phone', '@desk-plain', '@phone-plain'] }, async ({ buyer, shop }) => {
  const before = (await shop.ledger()).invoices.length;
  await buyer.open();
  await buyer.fill();
  await buyer.payButton().dblclick();
  await buyer.end('paid');
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect((await shop.ledger()).invoices.length - before).toBe(1);
  expect(await shop.money(token)).toEqual(ONE_PAYMENT);
});

test('going back after paying and clicking again makes no second order', { tag: ['@desk', '@phone', '@desk-plain', '@phone-plain'] }, async ({ buyer, shop }) => {
  const token = await buyer.buy('paid');
  await buyer.sees('paid');
  const before = await shop.ledger();
  // However many pages of the provider lie in between.
  for (let steps = 0; steps < 5 && !buyer.page.url().includes('/checkout/'); steps += 1) {
    await buyer.page.goBack();
  }
  expect(buyer.page.url()).toContain('/checkout/');
  await buyer.alive();
  await buyer.fill();
  await buyer.pay();
  expect(await buyer.arrive()).toBe(token);
  await buyer.sees('paid');
  expect(await shop.ledger()).toEqual(before);
});

test('a closed order form is opened again by a second click', { tag: ['@desk', '@phone', '@desk-plain'] }, async ({ buyer, shop }) => {
  const { page } = buyer;
  await buyer.open();
  await buyer.fill();
  await buyer.pay();
  await expect(buyer.outcome('paid')).toBeVisible();
  if (buyer.leaves) {
    await page.goBack();
    await buyer.alive();
    await buyer.fill();
  } else {
    await buyer.end('cancel');
    await expect(page.locator('.form-status')).toHaveText(words('checkout-cancelled'));
  }
  await buyer.pay();
  await buyer.end('paid');
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual(ONE_PAYMENT);
});

test('two tabs make two orders, each with its own truth', { tag: ['@desk', '@desk-plain'] }, async ({ buyer, context, shop }) => {
  const second = new Buyer(await context.newPage(), buyer.leaves, buyer.hasScript);
  for (const one of [buyer, second]) {
    await one.open();
    await one.fill();
  }
  await buyer.pay();
  await second.pay();
  await buyer.end('paid');
  await second.end('fail');
  const tokens = [await buyer.arrive(), await second.arrive()];
  await buyer.sees('paid');
  await second.sees('failed');
  expect(tokens[0]).not.toBe(tokens[1]);
  expect(await shop.money(tokens[0])).toEqual(ONE_PAYMENT);
  expect((await shop.money(tokens[1])).filter((one) => one.status === PAID)).toEqual([]);
});

test.describe('the form is sent again with other content', { tag: '@desk' }, () => {
  test.beforeEach(async ({ buyer, watch }) => {
    watch.allow(status(409));
    await buyer.open();
    await buyer.fill();
    await buyer.pay();
    await buyer.end('cancel');
    await expect(buyer.page.locator('.form-status')).toHaveText(words('checkout-cancelled'));
    await buyer.fill({ name: '김철수' });
    await buyer.pay();
    await expect(buyer.page.locator('h1')).toHaveText(words('used-title'));
  });

  test('the first order is continued', async ({ buyer, shop }) => {
    const { page } = buyer;
    await page.getByRole('link', { name: words('used-continue') }).click();
    const token = await buyer.arrive();
    await buyer.sees('pending');
    await page.getByRole('button', { name: words('order-pay') }).click();
    await page.locator('button[name="outcome"][value="paid"]').click();
    expect(await buyer.arrive()).toBe(token);
    await buyer.sees('paid');
    expect(await shop.money(token)).toEqual(ONE_PAYMENT);
    expect((await shop.ledgerOf(token)).orders[0].username).toBe('홍길동');
  });

  test('a new order is made', async ({ buyer, shop }) => {
    const { page } = buyer;
    const first = await page.getByRole('link', { name: words('used-continue') }).getAttribute('href');
    await page.getByRole('button', { name: words('used-anew') }).click();
    await page.locator('button[name="outcome"][value="paid"]').click();
    const token = await buyer.arrive();
    await buyer.sees('paid');
    expect(`/orders/${token}`).not.toBe(first);
    expect((await shop.ledgerOf(token)).orders[0].username).toBe('김철수');
    expect(await shop.money(token)).toEqual(ONE_PAYMENT);
    await page.goto(first ?? '');
    await buyer.sees('pending');
  });
});

test('one key is one order, however often and at once it is sent', { tag: '@desk' }, async ({ shop }) => {
  const form = fields();
  const start = `${shop.url}/api/checkout/start`;
  const sent = await Promise.all(Array.from({ length: 8 }, () => ask(start, form)));
  const answers = (await Promise.all(sent.map((answer) => answer.json()))) as any[];
  const tokens = new Set(answers.map((answer) => answer.pay.order));
  expect(tokens.size).toBe(1);
  const plain = await Promise.all(Array.from({ length: 8 }, () => post(start, form)));
  const addresses = new Set(plain.map((answer) => answer.headers.get('location')));
  expect(addresses.size).toBe(1);
  await endPayment([...addresses][0] ?? '', 'paid');
  const token = [...tokens][0];
  await expect.poll(() => stateOf(shop, token)).toBe('paid');
  expect(await shop.money(token)).toEqual(ONE_PAYMENT);
  const afterwards = await post(start, form);
  expect(afterwards.status).toBe(303);
  expect(afterwards.headers.get('location')).toBe(`/orders/${token}`);
  const other = await post(start, { ...form, name: '김철수' });
  expect(other.status).toBe(409);
  expect((await post(start, { ...form, key: formKey() })).headers.get('location')).toContain(shop.provider);
});
