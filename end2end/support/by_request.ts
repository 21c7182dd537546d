import { randomBytes } from 'node:crypto';

import { expect } from '@playwright/test';

import { HONG, type Outcome } from './buyer';
import { OWNER, type Shop } from './shop';

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

/** What keeps somebody of the staff logged in. */
export interface Session {
  name: string;
  value: string;
}

export async function logIn(shop: Shop): Promise<Session> {
  const answer = await post(`${shop.url}/admin/login`, OWNER);
  const [, name, value] = /^(__Host-madang)=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '') ?? [];
  if (answer.status !== 303 || !name || !value) throw new Error(`the login answered ${answer.status}`);
  return { name, value };
}

/** The number that people call an order by, from its page. Whoever looks at the page looks at the provider. */
export async function numberOf(shop: Shop, token: string): Promise<string> {
  const html = await (await fetch(`${shop.url}/orders/${token}`)).text();
  const number = /\b\d{6}-[0-9A-Z]{7}\b/.exec(html)?.[0];
  if (!number) throw new Error(`the page of the order ${token} has no number`);
  return number;
}

export interface Known {
  token: string;
  number: string;
}

export async function paidOrder(shop: Shop, changed: Fields = {}): Promise<Known> {
  const { token, paymentUrl } = await reachPayment(shop, changed);
  await endPayment(paymentUrl, 'paid');
  await expect.poll(() => stateOf(shop, token)).toBe('paid');
  return { token, number: await numberOf(shop, token) };
}

/** Paid, and the shop has not looked since. */
export async function unseenOrder(shop: Shop, changed: Fields = {}): Promise<Known> {
  const { token, paymentUrl } = await reachPayment(shop, changed);
  const number = await numberOf(shop, token);
  await endPayment(paymentUrl, 'paid');
  return { token, number };
}

const cookie = ({ name, value }: Session) => ({ Cookie: `${name}=${value}` });

/** A page of the staff's. */
export async function staffPage(shop: Shop, session: Session, address: string): Promise<string> {
  const answer = await fetch(shop.url + address, { headers: { Accept: 'text/html', ...cookie(session) }, redirect: 'manual' });
  if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
}

/** Sends a form of the staff's with whatever its page holds ready in hidden fields. */
export async function staffPost(shop: Shop, session: Session, page: string, form: Fields, action = page): Promise<Response> {
  const html = await staffPage(shop, session, page);
  const hidden = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [attribute(input, 'name'), attribute(input, 'value')]);
  return post(shop.url + action, { ...Object.fromEntries(hidden), ...form }, cookie(session));
}

const attribute = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';

/** A pay link that can be paid. */
export async function makeLink(shop: Shop, session: Session, terms: Fields): Promise<{ id: string; address: string }> {
  const form = { expires_days: '7', uses: '1', notify: 'none', step: 'create', ...terms };
  const answer = await staffPost(shop, session, '/admin/links/new', form);
  const id = /\/admin\/links\/([^/?]+)$/.exec(answer.headers.get('location') ?? '')?.[1];
  if (!id) throw new Error(`making a link answered ${answer.status}`);
  const input = /<input[^>]*id="address"[^>]*>/.exec(await staffPage(shop, session, `/admin/links/${id}`))?.[0] ?? '';
  return { id, address: attribute(input, 'value') };
}
