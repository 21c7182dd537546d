import { type BrowserContext, expect } from '@playwright/test';

/** Notes every console error, uncaught error and CSP violation of all pages of a context. */
export class Watch {
  private readonly seen: string[] = [];
  private readonly allowed: RegExp[] = [];

  async over(context: BrowserContext) {
    context.on('console', (message) => {
      if (message.type() === 'error') this.seen.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.seen.push(`uncaught: ${error.error()}`));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }

  /** This one message is what the test is about. */
  allow(...patterns: RegExp[]) {
    this.allowed.push(...patterns);
  }

  check() {
    const unexpected = this.seen.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
    expect(unexpected, 'console errors, uncaught errors and policy violations').toEqual([]);
  }
}

/** What Chromium writes when an answer has this status: wanted where a test provokes it. */
export const status = (code: number) => new RegExp(`the server responded with a status of ${code} `);
