import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client has sent, as far as the provider cares. */
export interface Sent {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  /** Only those that mean something to the provider; a key that is there is `yes`. */
  headers: Record<string, string>;
  /** The status of the answer. */
  answered: number;
}

const MEANT = ['authorization', 'bootpay-role', 'content-type', 'idempotency-key', 'bootpay-user-jwt'];

/** Ids, keys and instants differ from run to run; what they stand for does not. */
function general(value: unknown): unknown {
  if (typeof value === 'string') {
    if (/^[0-9a-f]{24}$/.test(value)) return '<id>';
    if (/^\d{18,22}$/.test(value)) return '<number>';
    if (/^\d{4}-\d\d-\d\dT/.test(value)) return '<instant>';
    return value;
  }
  if (Array.isArray(value)) return value.map(general);
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, inner]) => [name, general(inner)] as const)
        .sort(([one], [other]) => one.localeCompare(other)),
    );
  }
  return value;
}

function header(name: string, value: string): string {
  if (name === 'idempotency-key') return 'yes';
  if (name === 'authorization') return value.split(' ')[0] ?? '';
  if (name === 'content-type') return value.split(';')[0] ?? '';
  return value;
}

/** Stands between a client and the emulator and writes down what passes; the first part of a path names the case. */
export class Recorder {
  readonly cases = new Map<string, Sent[]>();
  private server!: Server;

  private constructor(private readonly emulator: string) {}

  static async open(emulator: string): Promise<Recorder> {
    const recorder = new Recorder(emulator);
    recorder.server = createServer((asked, answer) => {
      recorder.lead(asked, answer).catch(() => answer.destroy());
    });
    recorder.server.listen(0, '127.0.0.1');
    await once(recorder.server, 'listening');
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async lead(asked: IncomingMessage, answer: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [, name = '', rest = '/'] = /^\/([^/]+)(\/.*)$/.exec(asked.url ?? '') ?? [];
    const url = new URL(rest, this.emulator);
    const sent: Sent = {
      method: asked.method ?? '',
      path: url.pathname.split('/').map(general).join('/'),
      query: general(Object.fromEntries(url.searchParams)) as Record<string, string>,
      body: body.length > 0 ? general(JSON.parse(body.toString())) : null,
      headers: Object.fromEntries(MEANT.filter((one) => asked.headers[one]).map((one) => [one, header(one, String(asked.headers[one]))])),
      answered: 0,
    };
    this.cases.set(name, [...(this.cases.get(name) ?? []), sent]);
    const passed = Object.entries(asked.headers).filter(([one]) => !/^(host|connection|content-length|accept-encoding|expect)$/.test(one));
    const found = await fetch(url, {
      method: asked.method,
      headers: Object.fromEntries(passed) as Record<string, string>,
      body: body.length > 0 ? new Uint8Array(body) : undefined,
      redirect: 'manual',
    });
    sent.answered = found.status;
    answer.writeHead(found.status, { 'Content-Type': found.headers.get('content-type') ?? 'application/json' }).end(await found.text());
  }

  async close() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
