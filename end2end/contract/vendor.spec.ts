import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import { Program, ROOT, freePort } from '../support/program';
import { CASES } from './cases';
import { differences } from './compare';
import { REASONS } from './reasons';
import { Recorder, type Sent } from './recorder';
import { People, Vendor } from './vendor';

/** What the vendor's client does not have; the Ruby one does. */
const NOT_IN_THE_CLIENT = ['POST /v1/order/confirm', 'POST /v1/order_subscriptions/bill/cancel'];

/** `METHOD /path` of every row of the document's table, names as `*`. */
function endpoints(): string[] {
  const document = readFileSync(path.join(ROOT, 'docs/bootpay.md'), 'utf8');
  const rows = [...document.matchAll(/^\| (?:Commerce|PG) \| `([A-Z]+ [^`]+)`/gm)];
  return [...new Set(rows.map(([, line]) => (line ?? '').replace(/\{[^}]+\}/g, '*')))];
}

/** Where a case's requests go. */
const place = (name: string) => name.replaceAll(' ', '-');

/** What a client has sent in each case, to an emulator of its own. */
async function recorded(drive: (recorder: string, emulator: string) => Promise<void>): Promise<Map<string, Sent[]>> {
  const address = `127.0.0.1:${await freePort()}`;
  const emulator = await Program.start(['emulator', '--addr', address], {}, 'Bootpay emulator');
  const recorder = await Recorder.open(`http://${address}`);
  try {
    await drive(recorder.url, `http://${address}`);
    return recorder.cases;
  } finally {
    await recorder.close();
    await emulator.end('SIGKILL');
  }
}

async function vendors(recorder: string, emulator: string) {
  const vendor = new Vendor(new People(emulator));
  for (const [name, drive] of CASES) {
    vendor.speakTo(`${recorder}/${place(name)}`);
    const answer = await drive(vendor).catch((error) => {
      throw new Error(`${name}: ${error instanceof Error ? error.message : JSON.stringify(error)}`);
    });
    expect(answer, name).toBeTruthy();
  }
}

async function ours(recorder: string, emulator: string) {
  await promisify(execFile)(process.env.MADANG_CONTRACT || path.join(ROOT, 'target/debug/madang-contract'), [recorder, emulator]);
}

test("the vendor's own client drives every endpoint of ours @desk", async () => {
  const sent = [...(await recorded(vendors)).values()].flat().map(({ method, path: at }) => `${method} ${at}`);
  const fits = (endpoint: string) => new RegExp(`^${endpoint.replace(/\//g, '\\/').replace(/\*/g, '[^/]+')}$`);
  const listed = endpoints();
  expect(listed.length).toBeGreaterThan(50);
  const missing = listed.filter((endpoint) => !sent.some((line) => fits(endpoint).test(line)));
  expect(missing.sort()).toEqual(NOT_IN_THE_CLIENT);
});

test('our client sends what the vendor’s own sends, but for what has a reason @desk', async () => {
  const [theirs, mine] = [await recorded(vendors), await recorded(ours)];
  const found = CASES.flatMap(([name]) => {
    const [one, other] = [theirs.get(place(name)) ?? [], mine.get(place(name)) ?? []];
    return differences(one, other).map((line) => `${name}: ${line}`);
  });
  const unexplained = found.filter((line) => !REASONS.some(([where]) => where.test(line)));
  expect(unexplained).toEqual([]);
  const idle = REASONS.filter(([where]) => !found.some((line) => where.test(line)));
  expect(idle, 'reasons for differences that are not there').toEqual([]);
});

test('a shop in another language buys, gives back, and charges an account, by the document alone @desk', async () => {
  await recorded(async (_, emulator) => {
    const { stdout } = await promisify(execFile)('python3', [path.join(__dirname, 'shop.py'), emulator]);
    expect(stdout).toMatch(/^bought: .*\nrefunded a part: .*\nrefunded the rest: .*\n(.*\n){3}charged: .*paid\n$/);
  });
});
