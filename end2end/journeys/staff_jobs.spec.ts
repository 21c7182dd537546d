import { type Known, type Session, fields, makeLink, paidOrder, post, unseenOrder } from '../support/by_request';
import { PRICE } from '../support/buyer';
import type { Hand, NewLink } from '../support/clerk';
import type { Shop } from '../support/shop';
import { Clerk, expect, test } from '../support/test';

// Recording every step would take half as long again.
test.use({ trace: 'off' });

/** The most that one job may take from the dashboard, the last button included. */
const MOST_CLICKS = 3;

const TERMS: NewLink = { name: '11월 단체 주문', amount: '412,000', customer_phone: '010-2345-6789' };

/** A person whom no other test has ordered for: a name of three syllables, a phone of eleven digits. */
function somebody() {
  const syllable = () => String.fromCharCode(0xac00 + Math.floor(Math.random() * 11_172));
  const digits = String(Math.floor(Math.random() * 1e8)).padStart(8, '0');
  return { name: syllable() + syllable() + syllable(), phone: `010-${digits.slice(0, 4)}-${digits.slice(4)}` };
}

interface Scene {
  clerk: Clerk;
  shop: Shop;
  session: Session;
}

/** A job: what is there before it, the job itself from the dashboard on, and how one sees that it is done. */
interface Job<Given, Result> {
  name: string;
  before: (scene: Scene) => Promise<Given>;
  work: (clerk: Clerk, given: Given) => Promise<Result>;
  after: (scene: Scene, given: Given, result: Result) => Promise<void>;
}

/** Only so that each job keeps its own types. */
const job = <Given, Result>(one: Job<Given, Result>): Job<any, any> => one;

async function customerSees(address: string): Promise<string> {
  const answer = await fetch(address);
  expect(answer.status).toBe(200);
  return answer.text();
}

const MAKE_A_LINK = job({
  name: 'make a link',
  before: async () => ({ ...TERMS, name: `단체 주문 ${somebody().name}` }) as NewLink,
  work: (clerk, terms) => clerk.makeLink(terms),
  after: async ({ clerk, shop }, terms) => {
    await clerk.done();
    const address = await clerk.address();
    const html = await customerSees(address);
    expect(html).toContain(terms.name);
    expect(html).toContain('412,000');
    const { invoices } = await shop.ledger();
    expect(invoices.filter((one) => one.name === terms.name).map((one) => one.price)).toEqual([412_000]);
  },
});

const COPY_A_LINK = job({
  name: 'copy a link',
  before: ({ shop, session }) => makeLink(shop, session, TERMS),
  work: async (clerk, { id }) => {
    await clerk.openLink(id);
    return clerk.copy();
  },
  after: async (_, { address }, copied) => {
    expect(copied).toBe(address);
    await customerSees(copied);
  },
});

const SHOW_THE_CODE = job({
  name: 'show a link’s QR code',
  before: ({ shop, session }) => makeLink(shop, session, TERMS),
  work: async (clerk, { id }) => {
    await clerk.openLink(id);
    await expect(clerk.code()).toBeVisible();
    await clerk.openSheet();
  },
  after: async ({ clerk }) => {
    await expect(clerk.code()).toBeVisible();
    const box = await clerk.code().boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0), 'large enough to scan').toBeGreaterThan(160);
    await expect(clerk.page.locator('main')).toContainText(TERMS.name);
  },
});

const SEND_AGAIN = job({
  name: 'send a link again',
  before: async ({ shop, session }) => {
    const name = `다시 보내기 ${somebody().name}`;
    return { name, ...(await makeLink(shop, session, { ...TERMS, name })) };
  },
  work: async (clerk, { id }) => {
    await clerk.openLink(id);
    await clerk.send();
  },
  after: async ({ shop }, { name }) => {
    const { invoices, sends } = await shop.ledger();
    const ours = invoices.filter((one) => one.name === name).map((one) => one.invoice_id);
    expect(sends.filter((one) => ours.includes(one.invoice_id))).toHaveLength(1);
  },
});

const STOP_A_LINK = job({
  name: 'stop a link',
  before: ({ shop, session }) => makeLink(shop, session, TERMS),
  work: async (clerk, { id }) => {
    await clerk.openLink(id);
    await clerk.stop();
  },
  after: async ({ clerk }, { address }) => {
    await clerk.sees('stopped');
    expect(await customerSees(address)).toContain('data-pay="stopped"');
  },
});

const FIND_AN_ORDER = job({
  name: 'find an order',
  before: async ({ shop }) => {
    const who = somebody();
    await paidOrder(shop);
    return { who, ...(await paidOrder(shop, who)) };
  },
  work: async (clerk, { who, number }) => {
    await clerk.search(who.phone.replaceAll('-', '').slice(3));
    await expect(clerk.order(number)).toBeVisible();
    await expect(clerk.rows()).toHaveCount(1);
    await clerk.openOrder(number);
  },
  after: async ({ clerk }, { who, number }) => {
    await expect(clerk.page.locator('h1')).toContainText(number);
    await expect(clerk.page.locator('main')).toContainText(who.name);
  },
});

const READ_THE_STORY = job({
  name: 'read an order’s story',
  before: ({ shop }) => paidOrder(shop),
  work: (clerk, { number }) => clerk.openOrder(number),
  after: async ({ clerk }) => {
    await clerk.sees('paid');
    expect(await clerk.story().count()).toBeGreaterThanOrEqual(2);
    for (const sentence of await clerk.story().allInnerTexts()) expect(sentence).toMatch(/\d{2}:\d{2}[^]*\p{L}.*\.$/u);
  },
});

const REFUND_A_PART = job({
  name: 'refund an order in part',
  before: ({ shop }) => paidOrder(shop),
  work: async (clerk, { number }) => {
    await clerk.openOrder(number);
    await clerk.refund('5,000', '하나가 깨져서');
    await clerk.done();
  },
  after: async ({ clerk, shop }, { token }: Known) => {
    await clerk.sees('partially_refunded');
    expect((await shop.money(token)).map((one) => [one.price, one.cancelled])).toEqual([[PRICE, 5_000]]);
    expect((await shop.ledgerOf(token)).cancels).toHaveLength(1);
  },
});

const ASK_THE_PROVIDER = job({
  name: 'ask the provider now',
  before: ({ shop }) => unseenOrder(shop),
  work: async (clerk, { number }) => {
    await clerk.openOrder(number);
    await clerk.ask();
  },
  after: ({ clerk }) => clerk.sees('paid'),
});

const MARK_SHIPPED = job({
  name: 'mark an order shipped',
  before: ({ shop }) => paidOrder(shop),
  work: async (clerk, { number }) => {
    await clerk.openOrder(number);
    await clerk.ship();
  },
  after: async ({ shop }, { token }) => {
    expect(await customerSees(`${shop.url}/orders/${token}`)).toContain('data-order-state="shipping"');
  },
});

const EXPORT_A_LIST = job({
  name: 'export a list',
  before: async ({ shop }) => {
    const who = somebody();
    await paidOrder(shop);
    return { who, ...(await paidOrder(shop, who)) };
  },
  work: async (clerk, { who }) => {
    await clerk.search(who.name);
    return clerk.exported();
  },
  after: async (_, { who, number }, exported) => {
    expect(exported.charCodeAt(0), 'what tells Excel that it is UTF-8').toBe(0xfeff);
    const lines = exported.trim().split('\r\n');
    expect(lines, 'the head and the one order that was searched for').toHaveLength(2);
    for (const part of [number, who.name, String(PRICE)]) expect(lines[1]).toContain(part);
  },
});

const MAKE_A_PROMOTION = job({
  name: 'make a promotion code',
  before: async () => `FALL-${String(Math.floor(Math.random() * 1e9))}`,
  work: async (clerk, code) => {
    await clerk.makePromotion(code, 'percent', '10');
    await clerk.done();
  },
  after: async ({ clerk, shop }, code) => {
    await expect(clerk.page.locator('main')).toContainText(code);
    const html = await (await post(`${shop.url}/api/checkout/code`, fields({ code }))).text();
    expect(html).toContain('26,910');
  },
});

const JOBS = [
  MAKE_A_LINK,
  COPY_A_LINK,
  SHOW_THE_CODE,
  SEND_AGAIN,
  STOP_A_LINK,
  FIND_AN_ORDER,
  READ_THE_STORY,
  REFUND_A_PART,
  ASK_THE_PROVIDER,
  MARK_SHIPPED,
  EXPORT_A_LIST,
  MAKE_A_PROMOTION,
];

/** Each hand in both languages, with script and without, on every kind of screen: pairs, not every combination. */
const WAYS: { hand: Hand; lang: 'ko' | 'en'; tag: string[] }[] = [
  { hand: 'mouse', lang: 'ko', tag: ['@desk', '@phone-plain'] },
  { hand: 'mouse', lang: 'en', tag: ['@phone', '@desk-plain'] },
  { hand: 'keyboard', lang: 'en', tag: ['@desk'] },
  { hand: 'keyboard', lang: 'ko', tag: ['@desk-plain'] },
];

for (const { hand, lang, tag } of WAYS) {
  for (const { name, before, work, after } of JOBS) {
    test(`${name}, by ${hand}, ${lang}`, { tag }, async ({ clerk, shop, session }) => {
      const given = await before({ clerk, shop, session });
      await clerk.begin(lang, hand);
      const result = await work(clerk, given);
      expect(clerk.clicks, 'clicks').toBeLessThanOrEqual(MOST_CLICKS);
      await after({ clerk, shop, session }, given, result);
    });
  }

  test(`log in, by ${hand}, ${lang}`, { tag }, async ({ page, javaScriptEnabled }) => {
    await page.goto(`/?lang=${lang}`);
    const clerk = new Clerk(page, javaScriptEnabled);
    clerk.hand = hand;
    await clerk.logIn();
    await expect(page).toHaveURL(/\/admin$/);
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    expect(clerk.clicks).toBe(1);
  });
}
