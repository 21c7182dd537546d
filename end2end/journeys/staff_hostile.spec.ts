import { isDeepStrictEqual } from 'node:util';

import type { Page } from '@playwright/test';

import { type Session, endPayment, fields, logIn, makeLink, paidOrder, post, staffPage, staffPost } from '../support/by_request';
import { AT } from '../support/clerk';
import { formsOf, refusals, sendEverywhere } from '../support/forms';
import { Canary, HOSTILE, cells, isFormula, shown } from '../support/hostile';
import { OWNER, Shop } from '../support/shop';
import { Clerk, expect, test } from '../support/test';
import { status } from '../support/watch';

test.use({ trace: 'off' });
test.describe.configure({ timeout: 480_000 });

/** Somebody of the staff in a shop that is no other test's: what is typed here would be seen by every customer. */
interface Scene {
  shop: Shop;
  session: Session;
  clerk: Clerk;
  canary: Canary;
}

async function inAShop(page: Page, work: (scene: Scene) => Promise<void>) {
  const shop = await Shop.open();
  try {
    const session = await logIn(shop);
    const where = { domain: new URL(shop.url).hostname, path: '/' };
    await page.context().addCookies([{ ...session, ...where, secure: true, httpOnly: true, sameSite: 'Lax' }]);
    await work({ shop, session, clerk: new Clerk(page, true), canary: new Canary(page) });
  } finally {
    await shop.close();
  }
}

/** One step per text, named so that a failure says which. */
async function each(texts: string[], work: (text: string) => Promise<void>) {
  for (const text of texts) await test.step(JSON.stringify(text).slice(0, 60), () => work(text));
}

/** What a field is given to hold: most hold the text itself, some have a form of their own around it. */
type Typing = Record<string, (text: string) => string>;
/** Proper values by field: what a refused text is replaced with. */
type Tame = Record<string, string>;

const itself = (text: string) => text;

/**
 * Types `text` into the fields of `typing`, sends the form, and puts right what is refused until nothing is. Each
 * refused field must say why and still hold what was typed. Answers the fields that have taken it.
 */
async function force({ clerk, canary }: Scene, typing: Typing, text: string, tame: Tame): Promise<string[]> {
  const typed = new Map<string, string>();
  for (const [name, value] of Object.entries(tame)) if (!typing[name]) await clerk.type(name, value);
  for (const [name, around] of Object.entries(typing)) {
    await clerk.type(name, around(text));
    // A field of one line has no line breaks, whatever is put into it.
    typed.set(name, await clerk.field(name).inputValue());
  }
  const first = Object.keys(typing)[0] ?? '';
  for (let sent = 0; sent === 0 || !(await clerk.isDone()); sent += 1) {
    expect(sent, 'with proper values in place of what is refused, the form is taken').toBeLessThan(6);
    // What the browser would refuse by itself is for the shop to refuse.
    await clerk.field(first).evaluate((field) => ((field as HTMLInputElement).form!.noValidate = true));
    await clerk.submit(first);
    await canary.check();
    for (const { name, kept, why } of await refusals(clerk.page)) {
      expect(why, name).not.toBe('');
      if (typed.has(name) && kept !== null) expect(shown(kept), name).toBe(shown(typed.get(name) ?? ''));
      await clerk.type(name, tame[name] ?? '');
      typed.delete(name);
    }
  }
  return [...typed.keys()].filter((name) => shown(typed.get(name) ?? '') !== '');
}

/** A file's cells, none of which a spreadsheet would run. */
function noFormulas(csv: string) {
  const rows = cells(csv);
  expect(rows.flat().filter(isFormula)).toEqual([]);
  expect(new Set(rows.map((row) => row.length)).size, 'no text has made cells or rows of its own').toBe(1);
  return rows;
}

const found = (pattern: RegExp, html: string): string => {
  const [, one] = pattern.exec(html) ?? [];
  if (!one) throw new Error(`the page shows no ${pattern}`);
  return one;
};

async function invite({ shop, session }: Scene, email: string): Promise<string> {
  const answer = await staffPost(shop, session, AT.staff, { email, role: 'clerk' });
  return found(/(\/admin\/invitation\/[0-9a-z]{32})/, await answer.text());
}

const accept = ({ shop }: Scene, invitation: string, name: string) =>
  post(shop.url + invitation, { name, new: OWNER.password, again: OWNER.password });

/** A payment that waits for a person: the link was stopped before its money came, and the shop asks. */
async function review({ shop, session }: Scene): Promise<string> {
  await staffPost(shop, session, AT.settings, { late_policy: 'ask' }, `${AT.settings}/policies`);
  const { id } = await makeLink(shop, session, { name: '늦은 결제', amount: '5,000', customer_phone: '010-2345-6789' });
  const invoice = (await shop.ledger()).invoices.find((one) => one.name === '늦은 결제');
  await staffPost(shop, session, `${AT.links}/${id}`, {}, `${AT.links}/${id}/stop`);
  // The provider tells when something was paid in whole seconds.
  const stopped = Math.floor(Date.now() / 1_000);
  await expect.poll(() => Math.floor(Date.now() / 1_000)).toBeGreaterThan(stopped);
  await endPayment(invoice?.payment_url, 'paid');
  // Whoever looks at the order looks at the provider.
  const order = found(/href="(\/admin\/orders\/[0-9a-z]+)"/, await staffPage(shop, session, `${AT.links}/${id}`));
  await staffPost(shop, session, order, {}, `${order}/ask`);
  return found(/href="(\/admin\/reviews\/[0-9a-z]+)"/, await staffPage(shop, session, AT.reviews));
}

/** Everything that has a page of its own is there once; answers the addresses of all pages of the staff's. */
async function everyPage(scene: Scene): Promise<string[]> {
  const { shop, session } = scene;
  await paidOrder(shop);
  const order = found(/href="(\/admin\/orders\/[0-9a-z]{20,})"/, await staffPage(shop, session, AT.orders));
  const { id } = await makeLink(shop, session, { name: '단체 주문', amount: '412,000', customer_phone: '010-2345-6789' });
  await staffPost(shop, session, AT.newPromotion, { code: 'FALL', kind: 'percent', value: '10' });
  await accept(scene, await invite(scene, 'clerk@example.com'), '이담당');
  const people = await staffPage(shop, session, AT.staff);
  const person = found(/href="(\/admin\/settings\/staff\/[0-9a-z]+)">이담당/, people);
  const invitation = await invite(scene, 'another@example.com');
  const late = await review(scene);
  const own = [order, `${AT.links}/${id}`, `${AT.promotions}/FALL`, person, invitation, late];
  const lists = [AT.dashboard, AT.orders, AT.links, AT.newLink, AT.plans, AT.newPlan, AT.plan, AT.promotions, AT.newPromotion];
  return [...lists, AT.settings, AT.doctor, AT.reviews, AT.staff, AT.audit, AT.account, AT.factor, AT.login, ...own];
}

/** Every field of the staff's into which something can be typed. One that comes is written down here. */
const EVERY_FIELD = `
  again amount business_address business_email business_name business_number business_phone business_representative
  code confirm customer_email customer_name customer_phone duration_1 duration_2 duration_3 email expires_at
  expires_days features from hosting key late_days least limit limit_per_customer mail_order_number memo metadata month_product
  month_tax_free month_total most name new note notify_at old original password position product_1 product_2 product_3 q
  quantity_1 quantity_2 quantity_3 reason redirect tax_free to typed until uses value year_product year_tax_free
  year_total
`;

const LINK: Tame = {
  name: '11월 단체 주문',
  amount: '412,000',
  memo: '메모',
  customer_name: '홍길동',
  customer_phone: '010-1234-5678',
  customer_email: 'hong@example.com',
  redirect: '',
  metadata: '',
};
const IN_A_LINK: Typing = {
  name: itself,
  memo: itself,
  customer_name: itself,
  customer_email: itself,
  redirect: (text) => `https://shop.example/${text}`,
  metadata: (text) => `key=${text}`,
};

for (const [kind, texts] of Object.entries(HOSTILE)) {
  test(`${kind} in every field of the staff’s pages is text or refused`, { tag: ['@desk'] }, async ({ page, watch }) => {
    watch.allow(status(400), status(404), status(413), status(422), status(429));
    await inAShop(page, async (scene) => {
      const { shop, canary } = scene;
      const seen = new Set<string>();
      for (const address of await everyPage(scene)) {
        await page.goto(shop.url + address);
        for (const form of await formsOf(page)) {
          form.names.forEach((name) => seen.add(name));
          await test.step(`${address} ${form.action}: ${form.names}`, () =>
            each(texts, async (text) => {
              await page.goto(shop.url + address);
              // What was decided with one of the texts can't be decided again.
              if (!(await formsOf(page)).some((one) => isDeepStrictEqual(one, form))) return;
              const typed = new Map(await sendEverywhere(page, form.at, text));
              await canary.check();
              for (const { name, kept, why } of await refusals(page)) {
                expect(why, name).not.toBe('');
                if (kept !== null && typed.has(name)) expect(shown(kept), name).toBe(shown(typed.get(name) ?? ''));
              }
            }));
        }
      }
      expect([...seen].sort(), 'every field was typed into').toEqual(EVERY_FIELD.trim().split(/\s+/));
    });
  });

  test(`${kind} in a pay link is text, to staff and to customers`, { tag: ['@desk'] }, async ({ page, watch }) => {
    watch.allow(status(422));
    await inAShop(page, async (scene) => {
      const { shop, clerk, canary } = scene;
      const names = new Set<string>();
      await each(texts, async (text) => {
        await page.goto(shop.url + AT.newLink);
        const taken = await force(scene, IN_A_LINK, text, LINK);
        await expect(page).toHaveURL(/\/admin\/links\/(?!new)/);
        for (const name of taken) {
          names.add(name);
          if (name !== 'redirect') await expect(page.locator('main'), name).toContainText(shown(text));
        }
        const address = await clerk.address();
        await clerk.openSheet();
        await canary.check();
        await page.goto(address);
        await canary.check();
        if (taken.includes('name')) await expect(page.locator('main')).toContainText(shown(text));
      });
      if (kind !== 'unicode') expect([...names]).toEqual(expect.arrayContaining(['name', 'memo', 'metadata']));
      for (const address of [AT.links, AT.dashboard, AT.audit]) {
        await page.goto(shop.url + address);
        await canary.check();
      }
    });
  });

  test(`${kind} in the notes and refunds of an order is text, on pages and in files`, { tag: ['@desk'] }, async ({ page, watch }) => {
    watch.allow(status(422));
    await inAShop(page, async ({ shop, session, clerk, canary }) => {
      const { number } = await paidOrder(shop);
      await page.goto(shop.url + AT.orders);
      await clerk.openOrder(number);
      await each(texts, async (text) => {
        for (const work of [() => clerk.takeNote(text), () => clerk.refund('100', text)]) {
          await work();
          await canary.check();
          if ((await clerk.refused()).length === 0) await expect(page.locator('main')).toContainText(shown(text));
        }
        await page.goto(shop.url + AT.orders);
        await clerk.openOrder(number);
        const rows = noFormulas(await staffPage(shop, session, '/admin/orders.csv'));
        expect(rows.some((row) => row.includes(number))).toBe(true);
      });
      for (const address of [AT.orders, AT.dashboard, AT.audit]) {
        await page.goto(shop.url + address);
        await canary.check();
      }
    });
  });

  test(`${kind} as a promotion code is refused, and as a search is a search`, { tag: ['@desk'] }, async ({ page, watch }) => {
    watch.allow(status(400), status(422));
    await inAShop(page, async ({ shop, clerk, canary }) => {
      await each(texts, async (text) => {
        await page.goto(shop.url + AT.newPromotion);
        await clerk.type('code', text);
        await clerk.type('value', text);
        await clerk.submit('code');
        await canary.check();
        expect(await clerk.refused()).toEqual(expect.arrayContaining(['code', 'value']));
        const asked = encodeURIComponent(text.slice(0, 1_000));
        const lists = [AT.orders, AT.links, AT.plans, AT.promotions, AT.reviews, AT.audit, AT.account];
        for (const list of lists) {
          for (const query of [`q=${asked}`, `q=${asked}&before=${asked}&after=${asked}&state=${asked}&method=${asked}&person=${asked}`]) {
            const answer = await page.goto(`${shop.url}${list}?${query}`);
            expect([200, 400, 422], `${list}?${query}`).toContain(answer?.status());
            await canary.check();
          }
        }
      });
    });
  });

  test(`${kind} in a plan or the business’s details is text on every page`, { tag: ['@desk'] }, async ({ page, watch }) => {
    watch.allow(status(422));
    await inAShop(page, async (scene) => {
      const { shop, clerk, canary } = scene;
      const here = (address: string) => page.goto(shop.url + address);
      await each(texts, async (text) => {
        await here(AT.plan);
        const feature = (text: string) => `${text} | ${text}`;
        const plan = await force(scene, { name: itself, features: feature }, text, { name: '프로', features: '팀원 10명 | 10 team members' });
        await here(AT.settings);
        const details = await page.locator(`form[action="${AT.business}"] input`).evaluateAll((all) => all.map((one) => one.id));
        expect(details).toHaveLength(8);
        const before: Tame = {};
        for (const name of details) before[name] = await clerk.field(name).inputValue();
        const typing = Object.fromEntries(details.map((name) => [name, itself]));
        const taken = await force(scene, typing, text, before);
        for (const address of ['/', '/checkout/pro/month', '/terms', AT.plans, AT.plan, AT.newLink, AT.newPromotion]) {
          await here(address);
          await canary.check();
          if (address !== '/') continue;
          if (plan.length + taken.length > 0) await expect(page.locator('body')).toContainText(shown(text));
        }
      });
    });
  });
}

/** Of those that a checkout takes as a name or an address to write to. */
const CUSTOMERS = [
  { name: '-2.3', email: '=1+1@hostile.example' },
  { name: "'", email: "+1+cmd|'-calc'/a0@hostile.example" },
  { name: '(홍) & Söhne·/.,', email: '{{7*7}}${7*7}@hostile.example' },
  { name: '--', email: '-2+3@hostile.example' },
];

test('what a checkout takes is text, on pages and in files', { tag: ['@desk'] }, async ({ page, watch }) => {
  watch.allow(status(422));
  await inAShop(page, async (scene) => {
    const { shop, session, clerk, canary } = scene;
    for (const text of Object.values(HOSTILE).flat()) {
      for (const name of ['name', 'phone', 'email', 'code', 'plan', 'interval', 'key']) {
        // What is refused never gets to the staff.
        expect((await post(`${shop.url}/api/checkout/start`, fields({ [name]: text }))).status).toBeLessThan(500);
      }
    }
    for (const who of CUSTOMERS) {
      const { number, token } = await paidOrder(shop, who);
      for (const address of [`/orders/${token}`, AT.dashboard, `${AT.orders}?q=${encodeURIComponent(who.email)}`]) {
        await page.goto(shop.url + address);
        await canary.check();
      }
      await expect(clerk.rows()).toHaveCount(1);
      await clerk.openOrder(number);
      await canary.check();
      for (const told of Object.values(who)) await expect(page.locator('main')).toContainText(told);
    }
    const rows = noFormulas(await staffPage(shop, session, '/admin/orders.csv'));
    expect(rows.length).toBeGreaterThan(CUSTOMERS.length);
  });
});

test('the name of a browser and of somebody new is text', { tag: ['@desk'] }, async ({ page, watch }) => {
  watch.allow(status(422));
  await inAShop(page, async (scene) => {
    const { shop, canary } = scene;
    let count = 0;
    for (const text of Object.values(HOSTILE).flat()) {
      // A header takes what can be printed in Latin letters.
      const agent = text.replace(/[^\x20-\x7e]/g, '').trim().slice(0, 300);
      if (agent) await post(`${shop.url}/admin/login`, OWNER, { 'User-Agent': agent });
      count += 1;
      await accept(scene, await invite(scene, `new${count}@example.com`), text);
    }
    for (const address of [AT.account, AT.staff, AT.audit]) {
      await page.goto(shop.url + address);
      await canary.check();
    }
    await page.goto(shop.url + AT.account);
    await expect(page.locator('main')).toContainText('<script data-hostile>');
  });
});

/** No browser sends these, so they are sent by hand. */
const BREAKS = ['a\r\nSet-Cookie: owned=1', 'a\nSet-Cookie: owned=1\n\n<b data-hostile>', 'a\u0000b', 'a\u2028b', '\r\n'];

function isClean(answer: Response) {
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  expect(answer.status).toBeLessThan(500);
  expect(headers).not.toMatch(/owned/);
}

test('line breaks in fields, addresses and searches make no headers', { tag: '@desk' }, async ({ page }) => {
  await inAShop(page, async ({ shop, session }) => {
    const get = (address: string) => fetch(shop.url + address, { headers: { Cookie: `${session.name}=${session.value}` }, redirect: 'manual' });
    for (const text of BREAKS) {
      for (const name of Object.keys(LINK)) {
        isClean(await staffPost(shop, session, AT.newLink, { ...LINK, [name]: text, expires_days: '7', uses: '1', notify: 'none', step: 'create' }));
      }
      isClean(await staffPost(shop, session, AT.newPromotion, { code: text, kind: 'percent', value: '10' }));
      isClean(await staffPost(shop, session, AT.plan, { form: 'texts', name: text, features: text, position: '1' }));
      isClean(await staffPost(shop, session, AT.settings, { business_name: text, hosting: text }, AT.business));
      const asked = encodeURIComponent(text);
      const searches = [`/admin/orders.csv?q=${asked}`, `${AT.orders}?q=${asked}`, `${AT.login}?next=${asked}`, `/?lang=${asked}`];
      const pages = [AT.links, AT.orders, AT.promotions, AT.plans, AT.reviews, AT.staff].map((list) => `${list}/${asked}`);
      for (const address of [...searches, ...pages]) isClean(await get(address));
    }
  });
});
