import { PRICE } from '../support/buyer';
import { AWAITING_DEPOSIT, FAILED, PAID } from '../support/shop';
import { expect, test } from '../support/test';
import { words } from '../support/words';

const EVERYWHERE = { tag: ['@desk', '@phone', '@desk-plain', '@phone-plain'] };

test('cancelled: nothing is paid, and the payment can be continued', EVERYWHERE, async ({ buyer, shop }) => {
  const { page } = buyer;
  await buyer.choose();
  await buyer.fill();
  await buyer.pay();
  await buyer.end('cancel');
  let token: string;
  if (buyer.leaves) {
    token = await buyer.arrive();
    await buyer.sees('pending');
    await expect(page.getByRole('status').first()).toContainText(words('state-pending-body'));
    expect(await shop.money(token)).toEqual([]);
    await page.getByRole('button', { name: words('order-pay') }).click();
    await page.locator('button[name="outcome"][value="paid"]').click();
    expect(await buyer.arrive()).toBe(token);
  } else {
    await expect(page.locator('.form-status')).toHaveText(words('checkout-cancelled'));
    await buyer.pay();
    await buyer.end('paid');
    token = await buyer.arrive();
  }
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('failed: the page says so, and a new order can be started', EVERYWHERE, async ({ buyer, shop }) => {
  const { page } = buyer;
  const token = await buyer.buy('fail');
  await buyer.sees('failed');
  await expect(page.getByRole('status').first()).toContainText('O-DECLINED');
  expect(await shop.money(token)).toEqual([{ status: FAILED, price: PRICE, cancelled: 0 }]);
  await page.getByRole('link', { name: words('order-anew') }).click();
  await page.waitForURL('**/checkout/pro/month');
});

test('deposit: account and deadline are shown, and the deposit turns the page', EVERYWHERE, async ({ buyer, shop }) => {
  const { page } = buyer;
  const token = await buyer.buy('deposit');
  await buyer.sees('awaiting_deposit');
  const { orders } = await shop.ledgerOf(token);
  const account = orders[0].result_data.vbank_data;
  const shown = page.locator('[data-deposit]');
  await expect(shown).toContainText(account.bank_name);
  await expect(shown).toContainText(account.bank_account);
  await expect(shown).toContainText('29,900원');
  await expect(shown).toContainText(words('deposit-until'));
  await expect(shown).toContainText(/\d{4}년 \d{1,2}월 \d{1,2}일/);
  expect(await shop.money(token)).toEqual([{ status: AWAITING_DEPOSIT, price: PRICE, cancelled: 0 }]);

  const paidIn = await fetch(`${shop.provider}/_emulator/deposit`, {
    method: 'POST',
    body: JSON.stringify({ order_number: orders[0].order_number }),
  });
  expect(paidIn.ok).toBe(true);
  if (!buyer.hasScript) {
    // A look happens at most every two seconds.
    await expect(async () => {
      await page.getByRole('link', { name: words('order-again') }).click({ timeout: 1_000 });
      await expect(page.locator('main')).toHaveAttribute('data-order-state', 'paid', { timeout: 1_000 });
    }).toPass();
  }
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});

test('a payment after a failed try on the same page counts once', { tag: '@phone-plain' }, async ({ buyer, shop }) => {
  const { page } = buyer;
  await buyer.open();
  await buyer.fill();
  await buyer.pay();
  const payment = page.url();
  await buyer.end('fail');
  const token = await buyer.arrive();
  await buyer.sees('failed');
  await page.goto(payment);
  await buyer.end('paid');
  expect(await buyer.arrive()).toBe(token);
  await buyer.sees('paid');
  const money = await shop.money(token);
  expect(money.filter((one) => one.status === PAID)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
});
