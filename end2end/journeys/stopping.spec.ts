import { endPayment, reachPayment } from '../support/by_request';
import { Provider } from '../support/provider';
import { Shop } from '../support/shop';
import { expect, test } from '../support/test';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} lets a request in flight finish`, { tag: '@desk' }, async () => {
    const provider = await Provider.open();
    const shop = await Shop.open({ MADANG_EMULATOR_ADDR: provider.addr });
    try {
      const { token, paymentUrl } = await reachPayment(shop);
      await endPayment(paymentUrl, 'paid');
      provider.manner = 'held';
      const before = provider.calls;
      const page = fetch(`${shop.url}/orders/${token}`);
      await expect.poll(() => provider.calls, { intervals: [20] }).toBeGreaterThan(before);
      const ended = shop.exitCode();
      shop.signal(signal);
      // From now on nobody new is let in.
      const isOpen = () => fetch(`${shop.url}/healthz`, { headers: { Connection: 'close' } }).then(() => true, () => false);
      await expect.poll(isOpen, { intervals: [20] }).toBe(false);
      provider.release();
      const answer = await page;
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('data-order-state="paid"');
      expect(await ended).toBe(0);
    } finally {
      await shop.close();
      await provider.close();
    }
  });
}
