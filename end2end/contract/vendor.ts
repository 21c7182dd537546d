/* eslint-disable @typescript-eslint/no-explicit-any */
import { Bootpay, BootpayCommerce } from '@bootpay/backend-js';

export const KEYS = { client: 'emulator-client-key', secret: 'emulator-secret-key' };

/** A secret that is not the project's. */
const WRONG = 'a-wrong-key';

/** What people do outside of the API. */
export class People {
  constructor(private readonly emulator: string) {}

  /** The buyer presses a button on the invoice's page; answers the order's number. */
  async choose(invoice: string, outcome: 'paid' | 'deposit' | 'fail'): Promise<string> {
    const body = new URLSearchParams({ framed: '0', outcome });
    const answer = await fetch(`${this.emulator}/invoice/${invoice}`, { method: 'POST', redirect: 'manual', body });
    const number = new URL(answer.headers.get('location') ?? '', this.emulator).searchParams.get('order_number');
    if (!number) throw new Error(`the invoice ${invoice} leads to no order`);
    return number;
  }

  /** A control call of the emulator. */
  async control(what: string, body: object): Promise<any> {
    const answer = await fetch(`${this.emulator}/_emulator/${what}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

/** The vendor's clients, unchanged but for their tables of addresses, and what one case leaves for the next. */
export class Vendor {
  readonly commerce: BootpayCommerce;
  readonly pg: any;
  /** With the older pair of keys, which asks for a token. */
  readonly legacy: any;
  /** The same project, with a secret that is not its own. */
  readonly stranger: { commerce: BootpayCommerce; legacy: any };
  readonly kept: Record<string, any> = {};

  constructor(readonly people: People) {
    const commerce = (secret: string) => new BootpayCommerce({ client_key: KEYS.client, secret_key: secret, mode: 'development' });
    this.commerce = commerce(KEYS.secret);
    const Pg = (Bootpay as any).constructor;
    const pg = (keys: object) => {
      const made = new Pg();
      made.setConfiguration({ mode: 'development', ...keys });
      return made;
    };
    this.pg = pg({ client_key: KEYS.client, secret_key: KEYS.secret });
    this.legacy = pg({ application_id: KEYS.client, private_key: KEYS.secret });
    this.stranger = { commerce: commerce(WRONG), legacy: pg({ application_id: KEYS.client, private_key: WRONG }) };
  }

  /** Speaks to this server from now on. */
  speakTo(url: string) {
    for (const commerce of [this.commerce, this.stranger.commerce]) (commerce as any).API_ENTRYPOINTS.development = `${url}/v1`;
    for (const pg of [this.pg, this.legacy, this.stranger.legacy]) pg.API_ENTRYPOINTS.development = `${url}/v2`;
  }

  /** The call must be refused with this code. */
  refused = async (call: Promise<unknown>, code: string): Promise<unknown> => {
    const answer = await call.then(
      (body) => ({ body }),
      (error) => ({ error }),
    );
    const said = (answer as any).error?.error_code ?? (answer as any).error?.code;
    if (said !== code) throw new Error(`wanted ${code}, got ${JSON.stringify(answer)}`);
    return (answer as any).error;
  };
}
