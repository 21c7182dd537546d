import { randomBytes } from 'node:crypto';

import { HONG, type Outcome } from './buyer';
import type { Shop } from './shop';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A form key as a checkout page would have made it. */
export function formKey(): string {
  return [...randomBytes(32)].map((byte) => ALPHABET[byte % 32]).join('');
}

export type Fields = Record<string, string>;

export function fields(changed: Fields = {}): Fields {
  return { plan: 'pro', interval: 'month', ...HONG, key: formKey(), ...changed };
}

/** Sends a form as a browser without script would, and does not follow the answer. */
export function post(url: string, form: Fields, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { Accept: 'text/html', ...headers },
    body: new URLSearchParams(form),
  });
}

/** As the island asks. */
export function ask(url: string, form: Fields): Promise<Response> {
  return post(url, form, { Accept: 'application/json' });
}

/** Makes an order through the server function; nothing has been looked at yet. */
export async function startOrder(shop: Shop, changed: Fields = {}): Promise<string> {
  const answer = await ask(`${shop.url}/api/checkout/start`, fields(changed));
  if (!answer.ok) throw new Error(`checkout/start answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as any).pay.order;
}

/** Makes an order through the plain form and stands at its payment page. */
export async function reachPayment(shop: Shop, changed: Fields = {}) {
  const answer = await post(`${shop.url}/api/checkout/start`, fields(changed));
  const paymentUrl = answer.headers.get('location') ?? '';
  const id = paymentUrl.split('/').pop();
  const invoice = (await shop.ledger()).invoices.find((one) => one.invoice_id === id);
  if (!invoice) throw new Error(`no payment page: ${answer.status} ${paymentUrl}`);
  const token = /\/orders\/([0-9a-z]{32})\/return$/.exec(invoice.redirect_url)?.[1] ?? '';
  return { token, paymentUrl };
}

/** Chooses how a payment ends; answers where the provider sends the buyer. */
export async function endPayment(paymentUrl: string, outcome: Outcome): Promise<string> {
  const answer = await post(paymentUrl, { framed: '0', outcome });
  return answer.headers.get('location') ?? '';
}

/** The state that an order's page tells. */
export async function stateOf(shop: Shop, token: string): Promise<string> {
  const html = await (await fetch(`${shop.url}/orders/${token}`)).text();
  return /data-order-state="([a-z_]+)"/.exec(html)?.[1] ?? 'none';
}
