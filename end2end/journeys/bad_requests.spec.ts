import { request } from 'node:http';

import { ask, fields, formKey, post, startOrder } from '../support/by_request';
import type { Ledger, Shop } from '../support/shop';
import { expect, test } from '../support/test';

test.describe('by request', { tag: '@desk' }, () => {
  let before: Ledger;
  test.beforeEach(async ({ shop }) => {
    before = await shop.ledger();
  });
  test.afterEach(async ({ shop }) => {
    expect(await shop.ledger()).toEqual(before);
  });

  const ABSENT = [
    '/nothing',
    '/checkout/nothing/month',
    '/checkout/pro/week',
    '/checkout/pro',
    '/checkout/%3Cscript%3E/month',
    '/checkout/pro%00/month',
    '/checkout/%ff%fe/month',
    '/orders/',
    '/orders/x',
    `/orders/${'0'.repeat(32)}`,
    `/orders/${'0'.repeat(5000)}`,
    '/orders/..%2f..%2fetc%2fpasswd',
    '/pkg/../../Cargo.toml',
    '/pkg/%2e%2e/%2e%2e/Cargo.toml',
    '/pkg/nothing.js',
  ];
  for (const address of ABSENT) {
    test(`${address.slice(0, 60)} is not there`, async ({ shop }) => {
      const answer = await rawGet(shop, address);
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain('[package]');
    });
  }

  test('an unknown plan or interval can’t be ordered', async ({ shop }) => {
    for (const changed of [{ plan: 'nothing' }, { plan: '' }, { plan: '<b>' }, { interval: 'week' }, { interval: '' }]) {
      for (const send of [post, ask]) {
        expect((await send(`${shop.url}/api/checkout/start`, fields(changed as any))).status).toBe(404);
      }
    }
  });

  test('missing fields are the sender’s mistake', async ({ shop }) => {
    for (const missing of ['plan', 'interval', 'name', 'phone', 'email', 'key']) {
      const { [missing]: _, ...rest } = fields();
      for (const send of [post, ask]) {
        const answer = await send(`${shop.url}/api/checkout/start`, rest);
        expect(answer.status, missing).toBeGreaterThanOrEqual(400);
        expect(answer.status, missing).toBeLessThan(500);
      }
    }
    for (const path of ['checkout/start', 'checkout/resume', 'orders/verify', 'nothing']) {
      const answer = await post(`${shop.url}/api/${path}`, {});
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.status, path).toBeLessThan(500);
    }
  });

  test('a malformed key is the sender’s mistake', async ({ shop }) => {
    for (const key of ['', 'x', `${formKey()}x`, '가'.repeat(32), formKey().toUpperCase() + '!']) {
      expect((await ask(`${shop.url}/api/checkout/start`, fields({ key }))).status).toBe(400);
      expect((await post(`${shop.url}/api/checkout/start`, fields({ key }))).status).toBe(400);
    }
  });

  test('strange methods, types and encodings are never our failure', async ({ shop }) => {
    const form = 'application/x-www-form-urlencoded';
    const bodies: [string, string | Uint8Array][] = [
      [form, '%ff=%fe&&&===%'],
      [form, new Uint8Array([0xff, 0x00, 0xfe, 0x26])],
      [form, 'name=a&name=b&key=c'],
      [form, ''],
      ['application/json', '{"plan":"pro"}'],
      ['text/plain', 'hello'],
      ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="plan"\r\n\r\npro\r\n--x--'],
      ['', 'plan=pro'],
    ];
    const paths = ['/api/checkout/start', '/api/checkout/resume', '/api/orders/verify', '/api/nothing', '/'];
    const wrong: string[] = [];
    for (const path of paths) {
      for (const Accept of ['text/html', 'application/json', '*/*']) {
        for (const [type, body] of bodies) {
          const headers: Record<string, string> = type ? { Accept, 'Content-Type': type } : { Accept };
          const answer = await fetch(shop.url + path, { method: 'POST', redirect: 'manual', headers, body: body as any });
          if (answer.status < 400 || answer.status >= 500) wrong.push(`POST ${path} ${Accept} ${type} ${answer.status}`);
        }
        for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
          const answer = await fetch(shop.url + path, { method, redirect: 'manual', headers: { Accept } });
          if (answer.status >= 500) wrong.push(`${method} ${path} ${Accept} ${answer.status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test('a body over 64 KiB is refused, with and without a length', async ({ shop }) => {
    const token = await startOrder(shop);
    for (const path of ['/api/checkout/start', '/api/orders/verify', `/orders/${token}/return`]) {
      for (const isChunked of [false, true]) {
        expect(await postBytes(shop, path, 64 * 1024 + 1, isChunked), `${path} ${isChunked}`).toBe(413);
        expect(await postBytes(shop, path, 64 * 1024 - 1, isChunked), `${path} ${isChunked}`).not.toBe(413);
      }
    }
  });

  test('writes from foreign pages are refused', async ({ shop }) => {
    const foreign: Record<string, string>[] = [{ Origin: 'https://foreign.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }];
    for (const path of ['checkout/start', 'checkout/resume', 'orders/verify']) {
      for (const headers of foreign) {
        expect(await rawPost(shop, `/api/${path}`, headers), JSON.stringify([path, headers])).toBe(403);
      }
      expect(await rawPost(shop, `/api/${path}`, { Origin: shop.url, 'Sec-Fetch-Site': 'same-origin' })).not.toBe(403);
    }
  });
});

/** Node's own client sends a path as it is written, and any header. */
function rawGet(shop: Shop, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(shop.url);
    request({ hostname, port, path, agent: false }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

function rawPost(shop: Shop, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    request(shop.url + path, { method: 'POST', agent: false, headers: { ...type, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end(new URLSearchParams(fields({ plan: 'nothing' })).toString());
  });
}

function postBytes(shop: Shop, path: string, length: number, isChunked: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const size: Record<string, string> = isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(length) };
    let isAnswered = false;
    const sending = request(shop.url + path, { method: 'POST', agent: false, headers: { ...type, ...size } }, (answer) => {
      isAnswered = true;
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    // The server may answer and close before it has read everything.
    sending.on('error', (error) => isAnswered || reject(error));
    sending.end(`name=${'a'.repeat(length - 5)}`);
  });
}
