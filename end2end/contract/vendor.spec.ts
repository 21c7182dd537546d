import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import { Program, ROOT, freePort } from '../support/program';
import { CASES } from './cases';
import { Recorder } from './recorder';
import { People, Vendor } from './vendor';

/** What the vendor's client does not have; the Ruby one does. */
const NOT_IN_THE_CLIENT = ['POST /v1/order/confirm', 'POST /v1/order_subscriptions/bill/cancel'];

/** `METHOD /path` of every row of the document's table, names as `*`. */
function endpoints(): string[] {
  const document = readFileSync(path.join(ROOT, 'docs/bootpay.md'), 'utf8');
  const rows = [...document.matchAll(/^\| (?:Commerce|PG) \| `([A-Z]+ [^`]+)`/gm)];
  return [...new Set(rows.map(([, line]) => (line ?? '').replace(/\{[^}]+\}/g, '*')))];
}

test("the vendor's own client drives every endpoint of ours @desk", async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const emulator = await Program.start(['emulator', '--addr', address], {}, 'Bootpay emulator');
  const recorder = await Recorder.open(`http://${address}`);
  try {
    const vendor = new Vendor(`${recorder.url}/vendor`, new People(`http://${address}`));
    for (const [name, drive] of CASES) {
      const answer = await drive(vendor).catch((error) => {
        throw new Error(`${name}: ${error instanceof Error ? error.message : JSON.stringify(error)}`);
      });
      expect(answer, name).toBeTruthy();
    }
    const sent = (recorder.cases.get('vendor') ?? []).map(({ method, path: at }) => `${method} ${at}`);
    const fits = (endpoint: string) => new RegExp(`^${endpoint.replace(/\//g, '\\/').replace(/\*/g, '[^/]+')}$`);
    const listed = endpoints();
    expect(listed.length).toBeGreaterThan(50);
    const missing = listed.filter((endpoint) => !sent.some((line) => fits(endpoint).test(line)));
    expect(missing.sort()).toEqual(NOT_IN_THE_CLIENT);
  } finally {
    await recorder.close();
    await emulator.end('SIGKILL');
  }
});
