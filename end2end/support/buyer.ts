import { type Locator, type Page, expect } from '@playwright/test';

export const HONG = { name: '홍길동', phone: '010-1234-5678', email: 'hong@example.com' };
export type Outcome = 'paid' | 'cancel' | 'fail' | 'deposit';

export const PRICE = 29_900;
const ORDER_ADDRESS = /\/orders\/([0-9a-z]{32})$/;

/** Somebody in front of a browser. */
export class Buyer {
  constructor(
    readonly page: Page,
    /** The page itself goes to the provider: on phones, and without script. */
    readonly leaves: boolean,
    readonly hasScript: boolean,
  ) {}

  /** From the first page to the checkout of a plan, by clicking. */
  async choose(plan = 'pro', interval = 'month') {
    await this.page.goto('/');
    await this.page.locator(`[data-plan="${plan}"] .offer-${interval} a.button`).click();
    await this.page.waitForURL(`**/checkout/${plan}/${interval}`);
    await this.alive();
  }

  /** Straight to the checkout of a plan. */
  async open(plan = 'pro', interval = 'month') {
    await this.page.goto(`/checkout/${plan}/${interval}`);
    await this.alive();
  }

  /** The island is there once the vendor's script is, which it fetches. */
  async alive() {
    if (this.hasScript) await this.page.waitForFunction(() => 'BootpayCommerce' in window);
  }

  async fill(person: Partial<typeof HONG> = {}) {
    for (const [field, value] of Object.entries({ ...HONG, ...person })) {
      await this.page.locator(`#${field}`).fill(value);
    }
  }

  payButton(): Locator {
    return this.page.locator('button.button-pay');
  }

  async pay() {
    await this.payButton().click();
  }

  /** A button of the provider's order form, in its frame or on its page. */
  outcome(outcome: Outcome): Locator {
    const button = `button[name="outcome"][value="${outcome}"]`;
    return this.leaves
      ? this.page.locator(button)
      : this.page.frameLocator('#bootpay-commerce-checkout-iframe').locator(button);
  }

  async end(outcome: Outcome) {
    await this.outcome(outcome).click();
  }

  /** Waits for the order's page; answers the order's token. */
  async arrive(): Promise<string> {
    await this.page.waitForURL(ORDER_ADDRESS);
    return ORDER_ADDRESS.exec(this.page.url())?.[1] ?? '';
  }

  /** From the first page to the order's page. */
  async buy(outcome: Outcome): Promise<string> {
    await this.choose();
    await this.fill();
    await this.pay();
    await this.end(outcome);
    return this.arrive();
  }

  async sees(state: string) {
    await expect(this.page.locator('main')).toHaveAttribute('data-order-state', state);
  }
}
