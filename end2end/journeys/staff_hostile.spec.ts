import { fields, paidOrder, post, staffPage, staffPost } from '../support/by_request';
import { AT } from '../support/clerk';
import { Canary, HOSTILE, cells, isFormula, shown } from '../support/hostile';
import { Shop } from '../support/shop';
import { Clerk, expect, test } from '../support/test';
import { status } from '../support/watch';

test.use({ trace: 'off' });
test.describe.configure({ timeout: 180_000 });

/** Proper values by field: what a refused text is replaced with. */
type Tame = Record<string, string>;

const LINK: Tame = {
  name: '11월 단체 주문',
  amount: '412,000',
  memo: '메모',
  customer_name: '홍길동',
  customer_phone: '010-1234-5678',
  customer_email: 'hong@example.com',
  redirect: '',
  metadata: '',
  product_1: '',
};

/**
 * Types `text` into all of `names`, sends the form, and puts right what is refused until nothing is. Each refused
 * field must say why and still hold what was typed. Answers what the others have taken.
 */
async function force(clerk: Clerk, canary: Canary, names: string[], text: string, tame: Tame): Promise<string[]> {
  const typed = new Map<string, string>();
  for (const [name, value] of Object.entries(tame)) await clerk.type(name, value);
  for (const name of names) {
    await clerk.type(name, text);
    // A field of one line has no line breaks, whatever is put into it.
    typed.set(name, await clerk.field(name).inputValue());
  }
  for (let sent = 0; sent === 0 || !(await clerk.isDone()); sent += 1) {
    expect(sent, 'with proper values in place of what is refused, the form is taken').toBeLessThan(5);
    await clerk.submit(names[0] ?? '');
    await canary.check();
    const refused = await clerk.refused();
    for (const name of refused) {
      await expect(clerk.page.locator(`[id="${name}-error"]`), name).not.toBeEmpty();
      const kept = await clerk.field(name).inputValue();
      if (typed.has(name)) expect(shown(kept), name).toBe(shown(typed.get(name) ?? ''));
      await clerk.type(name, tame[name] ?? '');
      typed.delete(name);
    }
  }
  return [...typed.values()].map(shown).filter((one) => one !== '');
}

/** A file's cells, none of which a spreadsheet would run. */
function noFormulas(csv: string) {
  const rows = cells(csv);
  expect(rows.flat().filter(isFormula)).toEqual([]);
  return rows;
}

for (const [kind, texts] of Object.entries(HOSTILE)) {
  test(`${kind} in a pay link is text, to staff and to customers`, { tag: ['@desk'] }, async ({ clerk, page, watch }) => {
    watch.allow(status(422));
    const canary = new Canary(page);
    const names = Object.keys(LINK).filter((name) => !['amount', 'customer_phone'].includes(name));
    for (const text of texts) {
      await test.step(JSON.stringify(text).slice(0, 60), async () => {
        await page.goto(AT.newLink);
        const taken = await force(clerk, canary, names, text, LINK);
        await expect(page).toHaveURL(/\/admin\/links\/(?!new)/);
        for (const one of taken) await expect(page.locator('main')).toContainText(one);
        const address = await clerk.address();
        await clerk.openSheet();
        await canary.check();
        await page.goto(address);
        await canary.check();
      });
    }
    await page.goto(AT.links);
    await canary.check();
  });

  test(`${kind} in notes, reasons and names of an order is text, on pages and in files`, { tag: ['@desk'] }, async ({ clerk, page, shop, session, watch }) => {
    watch.allow(status(422));
    const canary = new Canary(page);
    const { number } = await paidOrder(shop);
    for (const text of texts) {
      await test.step(JSON.stringify(text).slice(0, 60), async () => {
        await page.goto(AT.orders);
        await clerk.openOrder(number);
        await clerk.takeNote(text);
        await canary.check();
        if ((await clerk.refused()).length === 0) await expect(page.locator('main')).toContainText(shown(text));
        await clerk.refund('100', text);
        await canary.check();
        if ((await clerk.refused()).length === 0) await expect(page.locator('main')).toContainText(shown(text));
        // What a checkout refuses as a name never gets here.
        await post(`${shop.url}/api/checkout/start`, fields({ name: text.slice(0, 40) }));
      });
    }
    await page.goto(AT.orders);
    await canary.check();
    const rows = noFormulas(await staffPage(shop, session, await clerk.exportAddress()));
    expect(rows.some((row) => row.includes(number))).toBe(true);
    expect(new Set(rows.map((row) => row.length)).size, 'no text has made cells or rows of its own').toBe(1);
  });

  test(`${kind} as a promotion code is refused, and as a search is a search`, { tag: ['@desk'] }, async ({ clerk, page, watch }) => {
    watch.allow(status(422));
    const canary = new Canary(page);
    for (const text of texts) {
      await test.step(JSON.stringify(text).slice(0, 60), async () => {
        await page.goto(AT.newPromotion);
        await clerk.type('code', text);
        await clerk.type('value', text);
        await clerk.submit('code');
        await canary.check();
        expect(await clerk.refused()).toEqual(expect.arrayContaining(['code', 'value']));
        for (const list of [AT.orders, AT.links, AT.audit]) {
          const asked = encodeURIComponent(text.slice(0, 1_000));
          const answer = await page.goto(`${list}?q=${asked}&before=${asked}`);
          expect(answer?.status(), list).toBeLessThan(500);
          await canary.check();
        }
      });
    }
  });

  // These change what every customer sees, so they have a shop of their own.
  test(`${kind} in a plan or the business’s details is text on every page`, { tag: ['@desk'] }, async ({ page, javaScriptEnabled, watch }) => {
    watch.allow(status(422));
    const shop = await Shop.open();
    try {
      const canary = new Canary(page);
      const clerk = new Clerk(page, javaScriptEnabled);
      const here = (address: string) => page.goto(shop.url + address);
      await here(AT.login);
      await clerk.enter();
      for (const text of texts) {
        await test.step(JSON.stringify(text).slice(0, 60), async () => {
          await here(AT.plan);
          await force(clerk, canary, ['name', 'features'], text, { name: '프로', features: '팀원 10명 | 10 team members' });
          await here(AT.settings);
          const details = page.locator('main [id^="business_"]');
          const names = await details.evaluateAll((all) => all.map((one) => one.id));
          expect(names.length).toBeGreaterThanOrEqual(8);
          const before: Tame = {};
          for (const name of names) before[name] = await clerk.field(name).inputValue();
          const taken = await force(clerk, canary, names, text, before);
          for (const address of ['/', '/checkout/pro/month', '/terms', AT.plans]) {
            await here(address);
            await canary.check();
            if (address === '/') for (const one of taken) await expect(page.locator('body')).toContainText(one);
          }
        });
      }
    } finally {
      await shop.close();
    }
  });
}

/** No browser sends these, so they are sent by hand. */
const BREAKS = ['a\r\nSet-Cookie: owned=1', 'a\nSet-Cookie: owned=1\n\n<b data-hostile>', 'a\u0000b', 'a\u2028b', '\r\n'];

function isClean(answer: Response) {
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  expect(answer.status).toBeLessThan(500);
  expect(headers).not.toMatch(/owned/);
}

test('line breaks in fields, addresses and searches make no headers', { tag: '@desk' }, async ({ clerk, page, shop, session }) => {
  await page.goto(AT.orders);
  const file = await clerk.exportAddress();
  const get = (address: string) => fetch(shop.url + address, { headers: { Cookie: `${session.name}=${session.value}` }, redirect: 'manual' });
  for (const text of BREAKS) {
    for (const name of Object.keys(LINK)) {
      isClean(await staffPost(shop, session, AT.newLink, { ...LINK, [name]: text, expires_days: '7', uses: '1', notify: 'none', step: 'create' }));
    }
    isClean(await staffPost(shop, session, AT.newPromotion, { code: text, kind: 'percent', value: '10' }));
    const asked = encodeURIComponent(text);
    for (const address of [`${file}${file.includes('?') ? '&' : '?'}q=${asked}`, `${AT.login}?next=${asked}`, `${AT.links}/${asked}`, `${AT.orders}/${asked}`, `${AT.promotions}/${asked}`]) {
      isClean(await get(address));
    }
  }
});
