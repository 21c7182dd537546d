import { readFileSync } from 'node:fs';

import { type Locator, type Page, expect } from '@playwright/test';

import { OWNER } from './shop';

/** How far the keyboard may have to go for one control. */
const MOST_TABS = 150;

/** Addresses and hooks of the staff's pages. The journeys know no others. */
export const AT = {
  login: '/admin/login',
  dashboard: '/admin',
  orders: '/admin/orders',
  links: '/admin/links',
  newLink: '/admin/links/new',
  plans: '/admin/plans',
  newPlan: '/admin/plans/new',
  plan: '/admin/plans/pro',
  promotions: '/admin/promotions',
  newPromotion: '/admin/promotions/new',
  settings: '/admin/settings',
  business: '/admin/settings/business',
  doctor: '/admin/settings/doctor',
  reviews: '/admin/reviews',
  webhooks: '/admin/webhooks',
  reconcile: '/admin/reconcile',
  staff: '/admin/settings/staff',
  audit: '/admin/settings/audit',
  account: '/admin/account',
  factor: '/admin/account/factor',
};

const ON = {
  nav: (address: string) => `.desk-nav a[href="${address}"]`,
  /** The same, or a short cut to it. */
  way: (address: string) => `main a[href="${address}"]`,
  orderLink: (number: string) => `[data-order="${number}"] a, a[data-order="${number}"]`,
  rows: 'tr[data-order]',
  linkLink: (id: string) => `[data-link="${id}"] a[href$="/${id}"]`,
  done: '[data-flash]',
  state: '.heading [data-state]',
  story: '.story li',
  search: '#q',
  csv: 'a[href*=".csv"]',
  preview: 'button[value="preview"], button[name="preview"]',
  create: 'button[value="create"], button[name="create"]',
  address: '#address',
  copy: '[data-copy]',
  code: 'svg.qr, .qr svg',
  sheet: 'a[href$="/print"]',
  send: 'form[action$="/send"] button[type="submit"]',
  stop: 'form[action$="/stop"] button[type="submit"]',
  ask: 'form[action$="/ask"] button[type="submit"]',
  refund: 'form[action$="/refund"] button[type="submit"]',
  note: 'form[action$="/note"] button[type="submit"]',
  shipping: 'button[name="to"][value="shipping"]',
};

/** Fields that stand in the refund's form; other forms of the page have fields of the same name. */
const REFUND = 'form[action$="/refund"]';

export type Hand = 'mouse' | 'keyboard';
export interface NewLink {
  name: string;
  amount: string;
  [field: string]: string;
}

/**
 * Somebody of the staff in front of a browser, with a mouse or with nothing but the keyboard. `clicks` counts
 * what they press, be it by mouse or by key; typing, choosing in a field and walking to it do not count.
 */
export class Clerk {
  clicks = 0;
  hand: Hand = 'mouse';

  constructor(
    readonly page: Page,
    readonly hasScript: boolean,
  ) {}

  /** Stands at the dashboard and has pressed nothing. */
  async begin(lang: 'ko' | 'en' = 'ko', hand: Hand = 'mouse') {
    await this.page.goto(`${AT.dashboard}?lang=${lang}`);
    await expect(this.page.locator('html')).toHaveAttribute('lang', lang);
    this.hand = hand;
    this.clicks = 0;
  }

  /** By the form, as the owner. */
  async logIn(password = OWNER.password) {
    await this.page.goto(AT.login);
    await this.enter(password);
  }

  /** Fills the form of the login that is shown here. */
  async enter(password = OWNER.password) {
    await this.type('email', OWNER.email);
    await this.type('password', password);
    await this.post(this.page.locator('form[action="/admin/login"] button[type="submit"]'));
  }

  /** Clicks it, or walks there by Tab and presses the key that is meant for it. */
  async press(target: Locator) {
    this.clicks += 1;
    if (this.hand === 'mouse') return target.click();
    await this.reach(target);
    const isLink = await target.evaluate((element) => element.tagName === 'A');
    await this.page.keyboard.press(isLink ? 'Enter' : 'Space');
  }

  /** Walks there by Tab. Fails when the way is too long, or when one would not see having arrived. */
  async reach(target: Locator) {
    await expect(target).toBeVisible();
    const isThere = () => target.evaluate((element) => element === document.activeElement);
    for (let tabs = 0; !(await isThere()); tabs += 1) {
      if (tabs === MOST_TABS) throw new Error(`the keyboard does not reach ${target}`);
      await this.page.keyboard.press('Tab');
    }
    const seen = await target.evaluate((element) => {
      const style = getComputedStyle(element);
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const isOnScreen = left < innerWidth && right > 0 && top < innerHeight && bottom > 0;
      const isMarked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      return { isOnScreen, isMarked: isMarked && element.matches(':focus-visible') };
    });
    expect(seen, `the focus shows at ${target}`).toEqual({ isOnScreen: true, isMarked: true });
  }

  field(name: string, within = 'main'): Locator {
    return this.page.locator(within).locator(`[id="${name}"]`);
  }

  /** Puts `text` in place of whatever stands in the field. */
  async type(name: string, text: string, within = 'main') {
    const field = this.field(name, within);
    await this.unfold(field);
    if (this.hand === 'mouse') return field.fill(text);
    await this.reach(field);
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(text);
  }

  /** Chooses in a list, or among radio buttons whose ids are `name-value`. */
  async choose(name: string, value: string) {
    const list = this.page.locator(`main select[id="${name}"]`);
    if ((await list.count()) === 0) {
      await this.tick(`${name}-${value}`);
      return;
    }
    if (this.hand === 'mouse') {
      await list.selectOption(value);
      return;
    }
    await this.reach(list);
    const options = await list.locator('option').count();
    await this.page.keyboard.press('Home');
    for (let steps = 0; (await list.inputValue()) !== value; steps += 1) {
      if (steps === options) throw new Error(`${name} does not offer ${value}`);
      await this.page.keyboard.press('ArrowDown');
    }
  }

  async tick(id: string) {
    const box = this.field(id);
    if (await box.isChecked()) return;
    if (this.hand === 'mouse') return box.check();
    await this.reach(box);
    await this.page.keyboard.press('Space');
    await expect(box).toBeChecked();
  }

  /** Opens what is folded around a field. */
  private async unfold(field: Locator) {
    const folded = field.locator('xpath=ancestor::details[not(@open)]/summary');
    if (await folded.count()) await this.press(folded);
  }

  /** The first that the page offers of several ways to the same thing. */
  private async firstOf(...selectors: string[]): Promise<Locator> {
    for (const selector of selectors) {
      const found = this.page.locator(selector);
      if (await found.count()) return found.first();
    }
    throw new Error(`${this.page.url()} offers none of ${selectors.join(', ')}`);
  }

  /** To a part of the staff's side. */
  async go(address: string) {
    await this.press(await this.firstOf(ON.way(address), ON.nav(address)));
    await this.page.waitForURL((url) => url.pathname === address);
  }

  /** What was just done is told. */
  async done() {
    await expect(this.page.locator(ON.done)).toBeVisible();
  }

  async isDone(): Promise<boolean> {
    return (await this.page.locator(ON.done).count()) > 0;
  }

  /** Searches from wherever there is a search box. */
  async search(text: string) {
    if ((await this.page.locator(ON.search).count()) === 0) await this.go(AT.orders);
    await this.type('q', text);
    this.clicks += 1;
    await this.page.keyboard.press('Enter');
    await this.page.waitForURL((url) => url.pathname === AT.orders && url.searchParams.get('q') === text);
  }

  /** Of a list of orders. */
  rows(): Locator {
    return this.page.locator(ON.rows);
  }

  order(number: string): Locator {
    return this.page.locator(ON.orderLink(number)).first();
  }

  /** To an order: from what is listed here, or from the list of orders. */
  async openOrder(number: string) {
    if ((await this.order(number).count()) === 0) await this.go(AT.orders);
    await this.press(this.order(number));
    await this.page.waitForURL(/\/admin\/orders\/(?!$)[^/?]+$/);
  }

  link(id: string): Locator {
    return this.page.locator(ON.linkLink(id)).first();
  }

  async openLink(id: string) {
    if ((await this.link(id).count()) === 0) await this.go(AT.links);
    await this.press(this.link(id));
    await this.page.waitForURL(`**/admin/links/${id}`);
  }

  /** From wherever there is a way to it, to the page of the new link; answers the link's id. */
  async makeLink(typed: NewLink): Promise<string> {
    if ((await this.page.locator(ON.way(AT.newLink)).count()) === 0) await this.go(AT.links);
    await this.go(AT.newLink);
    for (const [name, text] of Object.entries(typed)) await this.type(name, text);
    if ((await this.page.locator(ON.create).count()) === 0) await this.preview();
    await this.press(this.page.locator(ON.create).first());
    await this.page.waitForURL(/\/admin\/links\/(?!new$)[^/?]+$/);
    return this.page.url().split('/').pop() ?? '';
  }

  async preview() {
    await this.press(this.page.locator(ON.preview).first());
    await expect(this.page.locator(ON.create).first()).toBeVisible();
  }

  /** The address of the link whose page this is. */
  async address(): Promise<string> {
    return this.page.locator(ON.address).inputValue();
  }

  /** Copies the link's address, without script by hand; answers what can be pasted then. */
  async copy(): Promise<string> {
    const address = this.page.locator(ON.address);
    if (this.hasScript) {
      const button = this.page.locator(ON.copy);
      await this.press(button);
      await expect(button.locator('..').getByRole('status')).not.toBeEmpty();
    } else {
      if (this.hand === 'mouse') await this.press(address);
      else await this.reach(address);
      await this.page.keyboard.press('ControlOrMeta+A');
      await this.page.keyboard.press('ControlOrMeta+C');
    }
    await this.page.goto(AT.orders);
    await this.page.locator(ON.search).focus();
    await this.page.keyboard.press('ControlOrMeta+V');
    return this.page.locator(ON.search).inputValue();
  }

  /** The code to scan, as it is drawn. */
  code(): Locator {
    return this.page.locator(ON.code);
  }

  async openSheet() {
    await this.press(this.page.locator(ON.sheet));
    await this.page.waitForURL(/\/print$/);
  }

  /** By text message: the only way that a phone number alone allows. */
  async send() {
    await this.tick('ways-sms');
    await this.press(this.page.locator(ON.send));
    await this.done();
  }

  async stop() {
    await this.press(this.page.locator(ON.stop));
    await this.done();
  }

  /** The state that the page of an order or a link shows. */
  async sees(state: string) {
    await expect(this.page.locator(ON.state).first()).toHaveAttribute('data-state', state);
  }

  story(): Locator {
    return this.page.locator(ON.story);
  }

  async ask() {
    await this.press(this.page.locator(ON.ask));
    await this.done();
  }

  /** Presses it, and waits for the page that answers. */
  async post(button: Locator) {
    await Promise.all([this.page.waitForEvent('load'), this.press(button)]);
  }

  /** Gives back a part; `typed` is the amount as it is typed back. */
  async refund(amount: string, reason: string, typed = amount) {
    for (const [name, text] of Object.entries({ amount, reason, typed })) await this.type(name, text, REFUND);
    await this.post(this.page.locator(ON.refund));
  }

  async ship() {
    await this.press(this.page.locator(ON.shipping));
    await this.done();
  }

  async takeNote(text: string) {
    await this.type('note', text);
    await this.post(this.page.locator(ON.note));
  }

  /** Downloads what is listed; answers the file's text. */
  async exported(): Promise<string> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.press(this.page.locator(ON.csv).first())]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    return readFileSync(await download.path(), 'utf8');
  }

  /** From wherever there is a way to it. */
  async makePromotion(code: string, kind: 'percent' | 'fixed', value: string) {
    const isNear = await this.page.locator(ON.way(AT.newPromotion)).count();
    if (!isNear) await this.go(AT.promotions);
    if ((await this.field('code').count()) === 0) await this.go(AT.newPromotion);
    await this.type('code', code);
    await this.choose('kind', kind);
    await this.type('value', value);
    await this.submit('code');
  }

  /** Sends the form in which this field stands, by the button that does more than preview it. */
  async submit(field: string) {
    const form = this.field(field).locator('xpath=ancestor::form');
    const last = form.locator(ON.create);
    const plain = form.locator('button[type="submit"]:not([name="preview"])');
    await this.post((await last.count()) ? last.first() : plain.first());
  }

  /** The address of the file with what is listed here. */
  async exportAddress(): Promise<string> {
    return (await this.page.locator(ON.csv).first().getAttribute('href')) ?? '';
  }

  /** The fields that the page refuses. */
  async refused(): Promise<string[]> {
    return this.page.locator('main [aria-invalid="true"]').evaluateAll((fields) => fields.map((field) => field.id));
  }
}
