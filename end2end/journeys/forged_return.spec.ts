import { PRICE } from '../support/buyer';
import { ask, endPayment, post, reachPayment, startOrder, stateOf } from '../support/by_request';
import { PAID } from '../support/shop';
import { expect, test } from '../support/test';

const FORGED: [string, string][] = [
  ['nothing', ''],
  ['only "done"', 'event=done'],
  ['a made-up number', 'event=done&order_number=26112012345678901234'],
  ['undefined', 'event=done&request_id=undefined&order_number=undefined&metadata=undefined'],
  ['markup', 'event=done&order_number=%3Cscript%3Ealert(1)%3C%2Fscript%3E'],
  ['a path', 'event=done&order_number=..%2F..%2Finvoices'],
  ['an endless number', `event=done&order_number=${'9'.repeat(4000)}`],
  ['broken encoding', 'event=done&order_number=%ff%00&&==&%'],
  ['confirm', 'event=confirm&order_number=1'],
  ['an error', 'event=error&error_code=RC&message=%3Cb%3Ex'],
  ['cancel', 'event=cancel&request_id=x'],
  ['an unknown event', 'event=paid&status=paid&price=29900'],
];

for (const [what, query] of FORGED) {
  test(`a return with ${what} pays nothing`, { tag: '@desk' }, async ({ page, shop }) => {
    for (const method of ['GET', 'POST']) {
      const token = await startOrder(shop);
      const address = `${shop.url}/orders/${token}/return`;
      const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const answer =
        method === 'GET'
          ? await fetch(query ? `${address}?${query}` : address, { redirect: 'manual' })
          : await fetch(address, { method, redirect: 'manual', headers: form, body: query });
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe(`/orders/${token}`);
      expect(await stateOf(shop, token)).toBe('pending');
      expect(await shop.money(token)).toEqual([]);
    }
    const token = await startOrder(shop);
    await page.goto(`/orders/${token}/return?${query}`);
    await expect(page).toHaveURL(`${shop.url}/orders/${token}`);
    await expect(page.locator('main')).toHaveAttribute('data-order-state', 'pending');
  });
}

test.describe('with the number of somebody else’s paid order', { tag: '@desk' }, () => {
  test('a return pays nothing', async ({ page, shop }) => {
    const victim = await reachPayment(shop);
    await endPayment(victim.paymentUrl, 'paid');
    await expect.poll(() => stateOf(shop, victim.token)).toBe('paid');
    const { orders } = await shop.ledgerOf(victim.token);
    const own = (await reachPayment(shop)).token;
    for (const number of [orders[0].order_number, orders[0].order_id]) {
      for (const token of [own, await startOrder(shop)]) {
        await page.goto(`/orders/${token}/return?event=done&order_number=${number}`);
        await expect(page).toHaveURL(`${shop.url}/orders/${token}`);
        await expect(page.locator('main')).toHaveAttribute('data-order-state', 'pending');
        await expect(page.locator('main')).not.toContainText(number);
        expect(await shop.money(token)).toEqual([]);
      }
    }
    expect(await stateOf(shop, victim.token)).toBe('paid');
    expect(await shop.money(victim.token)).toEqual([{ status: PAID, price: PRICE, cancelled: 0 }]);
  });

  test('a question gets the same answer as with a made-up one', async ({ shop }) => {
    const victim = await reachPayment(shop);
    await endPayment(victim.paymentUrl, 'paid');
    const { orders } = await shop.ledgerOf(victim.token);
    const before = await shop.ledger();
    const answers = [];
    for (const order_number of [orders[0].order_number, '26112099999999999999', '', '<b>', 'undefined']) {
      const answer = await ask(`${shop.url}/api/orders/verify`, { token: await startOrder(shop), order_number });
      answers.push([answer.status, await answer.json()]);
    }
    expect(answers).toEqual(answers.map(() => [200, { state: 'pending', events: 1 }]));
    expect(await shop.ledger()).toEqual(before);
  });
});

test('an unpaid order of one’s own is told as it is, whatever the address says', { tag: ['@phone', '@phone-plain'] }, async ({ buyer, page, shop }) => {
  await buyer.open();
  await buyer.fill();
  await buyer.pay();
  await expect(buyer.outcome('paid')).toBeVisible();
  const { token, order_number } = await (async () => {
    const invoice = (await shop.ledger()).invoices.at(-1);
    return { token: String(invoice?.redirect_url).split('/').at(-2), order_number: invoice?.invoice_id };
  })();
  await page.goto(`/orders/${token}/return?event=done&order_number=${order_number}`);
  await buyer.sees('pending');
});

test('a return to an order that does not exist is a 404', { tag: '@desk' }, async ({ shop }) => {
  for (const token of ['0'.repeat(32), 'x', '%3Cscript%3E', 'A'.repeat(32)]) {
    expect((await fetch(`${shop.url}/orders/${token}/return?event=done`, { redirect: 'manual' })).status).toBe(404);
    expect((await post(`${shop.url}/orders/${token}/return`, { event: 'done' })).status).toBe(404);
    expect((await ask(`${shop.url}/api/orders/verify`, { token, order_number: '1' })).status).toBe(404);
  }
});
