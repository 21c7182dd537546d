import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Program, freePort } from './program';

export type Manner = 'well' | 'slow' | 'html' | 'truncated' | 'empty' | '500' | 'held' | 'hangs-up';

/** How slow a slow answer is. */
export const SLOW_MS = 10_000;

/**
 * A provider that can be had to misbehave: the emulator as its own process, behind a door of ours. Manners
 * concern what the shop's server asks; a buyer's browser gets through unless the provider is stopped.
 */
export class Provider {
  manner: Manner = 'well';
  /** How many calls of the shop's server have come. */
  calls = 0;
  private emulator?: Program;
  private door?: Server;
  private readonly waiting = new Set<() => void>();
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'madang-provider-'));

  private constructor(
    readonly addr: string,
    private readonly behind: string,
  ) {}

  static async open(): Promise<Provider> {
    const provider = new Provider(`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`);
    await provider.start();
    return provider;
  }

  /** Starts it, or starts it again with the ledger that it had. */
  async start() {
    const args = ['emulator', '--addr', this.behind, '--journal', path.join(this.folder, 'emulator.jsonl')];
    this.emulator = await Program.start(args, {}, 'Bootpay emulator');
    this.door = createServer((asked, answer) => void this.serve(asked, answer));
    const [host, port] = this.addr.split(':');
    this.door.listen(Number(port), host);
    await once(this.door, 'listening');
  }

  /** Nothing listens any more. */
  async stop() {
    this.release();
    await this.emulator?.end('SIGKILL');
    this.door?.closeAllConnections();
    if (this.door?.listening) {
      this.door.close();
      await once(this.door, 'close');
    }
  }

  /** Behaves well again, and answers what was held. */
  release() {
    this.manner = 'well';
    for (const go of this.waiting) go();
    this.waiting.clear();
  }

  private async serve(asked: IncomingMessage, answer: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const isFromServer = asked.headers.authorization !== undefined;
    if (isFromServer) this.calls += 1;
    const manner = isFromServer ? this.manner : 'well';
    if (manner === 'slow' || manner === 'held') await this.wait(manner === 'slow' ? SLOW_MS : undefined);
    const json = { 'Content-Type': 'application/json' };
    if (manner === 'html') return void answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Maintenance</h1>');
    if (manner === 'truncated') return void answer.writeHead(200, json).end('{"order_id": "67000000');
    if (manner === 'empty') return void answer.writeHead(200, json).end('{}');
    if (manner === '500') return void answer.writeHead(500, json).end('{"error_code":"SERVER_ERROR","message":"oops"}');
    if (manner === 'hangs-up') return void answer.destroy();
    try {
      await this.lead(asked, Buffer.concat(chunks), answer);
    } catch {
      answer.destroy();
    }
  }

  private wait(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** On to the emulator; its own address never shows. */
  private async lead(asked: IncomingMessage, body: Buffer, answer: ServerResponse) {
    const headers = Object.entries(asked.headers).filter(([name]) => !/^(host|connection|content-length|accept-encoding)$/.test(name));
    const found = await fetch(`http://${this.behind}${asked.url}`, {
      method: asked.method,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: body.length > 0 ? new Uint8Array(body) : undefined,
      redirect: 'manual',
    });
    const kept = [...found.headers].filter(([name]) => !/^(connection|content-length|transfer-encoding)$/.test(name));
    const text = (await found.text()).replaceAll(this.behind, this.addr);
    answer.writeHead(found.status, Object.fromEntries(kept)).end(text);
  }

  async close() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
