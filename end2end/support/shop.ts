import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Program, freePort } from './program';

/** What the emulator believes; the other side of every assertion about money. */
export interface Ledger {
  invoices: Record<string, any>[];
  orders: Record<string, any>[];
  receipts: Record<string, any>[];
  cancels: Record<string, any>[];
  /** Messages that would have been sent to customers. */
  sends: Record<string, any>[];
}

/** The provider's status numbers of a receipt. */
export const PAID = 1;
export const AWAITING_DEPOSIT = 5;
export const CANCELLED = 20;
export const FAILED = -2;

/** Whoever owns a shop that is opened here. */
export const OWNER = { email: 'owner@example.com', password: 'a calm ledger in November' };

export async function ledgerAt(provider: string): Promise<Ledger> {
  const answer = await fetch(`${provider}/_emulator/ledger`);
  if (!answer.ok) throw new Error(`the ledger answered ${answer.status}`);
  // What it believes about money; its webhooks go their own ways meanwhile.
  const { webhooks: _, ...ledger } = (await answer.json()) as Ledger & { webhooks: unknown };
  return ledger;
}

/** A shop process on a port, a database and an emulator of its own. */
export class Shop {
  private program?: Program;
  private logs = '';

  private constructor(
    readonly url: string,
    readonly provider: string,
    private readonly folder: string,
    private readonly env: Record<string, string>,
  ) {}

  /** `MADANG_EMULATOR_ADDR` in `env` names a provider that somebody else runs. */
  static async open(env: Record<string, string> = {}): Promise<Shop> {
    const folder = mkdtempSync(path.join(tmpdir(), 'madang-shop-'));
    const addr = `127.0.0.1:${await freePort()}`;
    const given = env.MADANG_EMULATOR_ADDR;
    const provider = given ?? `127.0.0.1:${await freePort()}`;
    const shop = new Shop(`http://${addr}`, `http://${provider}`, folder, {
      MADANG_ADDR: addr,
      MADANG_EMULATOR_ADDR: provider,
      MADANG_EMULATOR_EMBEDDED: given ? 'false' : 'true',
      MADANG_DATABASE_URL: `sqlite://${folder}/madang.db`,
      MADANG_RATE_LIMITS: 'false',
      MADANG_FIRST_OWNER_PASSWORD: OWNER.password,
      ...env,
    });
    await shop.start();
    return shop;
  }

  async start() {
    this.program = await Program.start([], this.env, 'Madang is open');
    const answer = await fetch(`${this.url}/readyz`);
    if (!answer.ok) throw new Error(`the shop is not ready: ${answer.status}`);
  }

  /** As a power cut would end it. */
  async kill() {
    await this.halt('SIGKILL');
  }

  /** Asks it to stop; answers the exit code. */
  async halt(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null | undefined> {
    const code = await this.program?.end(signal);
    this.logs += this.program?.log ?? '';
    this.program = undefined;
    return code;
  }

  signal(signal: NodeJS.Signals) {
    this.program?.signal(signal);
  }

  exitCode() {
    return this.program?.exitCode();
  }

  /** Ends it and removes what it wrote. A panic at any time is a defect. */
  async close() {
    await this.halt('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
    const panics = this.logs.split('\n').filter((line, at, all) => line.includes('panicked') || all[at - 1]?.includes('panicked'));
    if (panics.length > 0) throw new Error(`the shop panicked:\n${panics.slice(0, 6).join('\n')}`);
  }

  ledger(): Promise<Ledger> {
    return ledgerAt(this.provider);
  }

  /** Everything that the emulator holds for one order of the shop. */
  async ledgerOf(token: string): Promise<Ledger> {
    const all = await this.ledger();
    const invoices = all.invoices.filter((invoice) => String(invoice.redirect_url).includes(token));
    const ids = new Set(invoices.map((invoice) => invoice.invoice_id));
    const ours = new Set(invoices.map((invoice) => invoice.request_id));
    const orders = all.orders.filter((order) => ids.has(order.invoice_id));
    const receipts = all.receipts.filter((receipt) => ours.has(receipt.order_id));
    const known = new Set(receipts.map((receipt) => receipt.receipt_id));
    const cancels = all.cancels.filter((cancel) => known.has(cancel.receipt_id));
    return { invoices, orders, receipts, cancels, sends: (all.sends ?? []).filter((send) => ids.has(send.invoice_id)) };
  }

  /** The receipts of one order: exactly these exist. */
  async money(token: string) {
    const { receipts } = await this.ledgerOf(token);
    return receipts.map((one) => ({ status: one.status, price: one.price, cancelled: one.cancelled_price }));
  }
}
