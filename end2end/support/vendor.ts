import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, request } from 'node:http';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const SCRIPT_HOST = 'js.bootpay.co.kr';
export const API_HOST = 'dev-api.bootapi.com';
const SCRIPT_PATH = '/commerce/bp-commerce-sdk-1.0.8.min.js';
export const SCRIPT_URL = `https://${SCRIPT_HOST}${SCRIPT_PATH}`;

/** The file of the vendor's npm package that a script tag can load, as it is. */
const SCRIPT = path.join(__dirname, '../node_modules/@bootpay/bp-commerce-sdk/dist/index.umd.js');

function certificate(folder: string) {
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const names = `subjectAltName=DNS:${SCRIPT_HOST},DNS:${API_HOST}`;
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=madang test', '-addext', names];
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** The vendor's hosts, for one browser: the script from npm, and the API led on to the emulator. */
export class VendorHosts {
  /** What was asked of them: `GET js.bootpay.co.kr/…`. */
  readonly asked: string[] = [];
  private server!: Server;
  private folder = mkdtempSync(path.join(tmpdir(), 'madang-vendor-'));

  static async open(emulator: string): Promise<VendorHosts> {
    const hosts = new VendorHosts();
    hosts.server = createServer(certificate(hosts.folder), (incoming, answer) => hosts.serve(emulator, incoming, answer));
    hosts.server.listen(0, '127.0.0.1');
    await once(hosts.server, 'listening');
    return hosts;
  }

  /** The flag that leads a Chromium's requests here. */
  rules(): string {
    const here = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return `--host-resolver-rules=MAP ${SCRIPT_HOST}:443 ${here}, MAP ${API_HOST}:443 ${here}`;
  }

  private serve(emulator: string, incoming: IncomingMessage, answer: ServerResponse) {
    const host = incoming.headers.host ?? '';
    this.asked.push(`${incoming.method} ${host}${incoming.url}`);
    if (host === SCRIPT_HOST) {
      if (incoming.url !== SCRIPT_PATH) {
        answer.writeHead(404).end();
        return;
      }
      answer.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8' }).end(readFileSync(SCRIPT));
      return;
    }
    const onward = request(
      new URL(incoming.url ?? '/', emulator),
      { method: incoming.method, headers: { ...incoming.headers, host: new URL(emulator).host } },
      (found) => {
        answer.writeHead(found.statusCode ?? 502, found.headers);
        found.pipe(answer);
      },
    );
    onward.on('error', () => answer.writeHead(502).end());
    incoming.pipe(onward);
  }

  async close() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
