import { type Session, makeLink, staffPost } from '../support/by_request';
import { PAID, type Shop } from '../support/shop';
import { type Buyer, expect, test } from '../support/test';
import { status } from '../support/watch';

const TERMS = { name: '11월 상담료', amount: '412,000', customer_phone: '010-2345-6789' };
const KINDS = { tag: ['@desk', '@phone', '@desk-plain', '@phone-plain'] };

/** A link's page, opened by whoever has its address. */
async function open(buyer: Buyer, shop: Shop, session: Session, changed: Record<string, string> = {}) {
  const { id, address } = await makeLink(shop, session, { ...TERMS, ...changed });
  const path = new URL(address).pathname;
  await buyer.page.goto(path);
  await buyer.alive();
  return { id, path };
}

test('a pay link is paid once, and says so afterwards', KINDS, async ({ buyer, shop, session }) => {
  const { path } = await open(buyer, shop, session);
  const { page } = buyer;
  await expect(page.locator('main')).toContainText('412,000원');
  await buyer.pay();
  await buyer.end('paid');
  const token = await buyer.arrive();
  await buyer.sees('paid');
  expect(await shop.money(token)).toEqual([{ status: PAID, price: 412_000, cancelled: 0 }]);
  await page.goto(path);
  await expect(buyer.payButton()).toHaveCount(0);
});

test('a link for two is paid by two, and by nobody else', KINDS, async ({ buyer, shop, session }) => {
  const { path } = await open(buyer, shop, session, { uses: '2', customer_phone: '' });
  const tokens = new Set<string>();
  for (const _ of [1, 2]) {
    await buyer.page.goto(path);
    await buyer.alive();
    await buyer.pay();
    await buyer.end('paid');
    tokens.add(await buyer.arrive());
    await buyer.sees('paid');
  }
  expect(tokens.size).toBe(2);
  await buyer.page.goto(path);
  await expect(buyer.payButton()).toHaveCount(0);
});

test('a link that was stopped while its page was open is not paid', KINDS, async ({ buyer, shop, session, watch }) => {
  watch.allow(status(409), status(410), status(422));
  const { id, path } = await open(buyer, shop, session);
  const stopped = await staffPost(shop, session, `/admin/links/${id}`, {}, `/admin/links/${id}/stop`);
  expect(stopped.status).toBe(303);
  const before = (await shop.ledger()).orders.length;
  await buyer.pay();
  await buyer.page.waitForURL(`**${path}`);
  await expect(buyer.payButton()).toHaveCount(0);
  expect((await shop.ledger()).orders).toHaveLength(before);
});
