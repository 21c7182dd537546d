import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import { Program, ROOT, freePort } from '../support/program';
import { FLOWS } from './cases';
import { differences } from './compare';
import { REASONS } from './reasons';
import { Recorder, type Sent } from './recorder';
import { REFUSALS } from './refusals';
import { holds, rows } from './table';
import { People, Vendor } from './vendor';

/** Cases for which the vendor's client has no call; the Ruby one does, and a member's token comes from a browser. */
const OURS_ALONE = ['order confirm', 'confirm no order', 'bill cancel', 'cancel no bill', 'member asks for a cancel'];
const CASES = [...FLOWS, ...REFUSALS];

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

test("both clients drive every endpoint of the document's table, done and refused @desk", async () => {
  const [theirs, mine] = [await recorded(vendors), await recorded(ours)];
  const table = rows();
  expect(table.length).toBeGreaterThan(50);
  const holes = table.flatMap((row) =>
    [row.done, row.refused].flatMap((name) => {
      const isRefused = name === row.refused;
      const at = `${row.method} ${row.path}: ${name}`;
      return [
        ...(OURS_ALONE.includes(name) || holds(row, theirs.get(place(name)) ?? [], isRefused) ? [] : [`${at}, the vendor's`]),
        ...(holds(row, mine.get(place(name)) ?? [], isRefused) ? [] : [`${at}, ours`]),
      ];
    }),
  );
  expect(holes).toEqual([]);
  expect([...mine.keys()].filter((name) => !theirs.has(name)).sort()).toEqual(OURS_ALONE.map(place).sort());
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
