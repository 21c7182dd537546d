import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');
const BINARY = process.env.MADANG_BINARY || path.join(ROOT, 'target/release/madang');

/** Nothing of the developer's own configuration reaches the programs under test. */
function environment(extra: Record<string, string>) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(MADANG|BOOTPAY|LEPTOS)_/.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}

/** A `madang` process. */
export class Program {
  log = '';
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
    });
  }

  /** Starts it and waits until it prints `sign`. */
  static async start(args: string[], env: Record<string, string>, sign: string): Promise<Program> {
    const child = spawn(BINARY, args, { cwd: ROOT, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    const program = new Program(child);
    await new Promise<void>((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        program.log += chunk;
        if (program.log.includes(sign)) resolve();
      };
      child.stdout?.on('data', listen);
      child.stderr?.on('data', listen);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`madang ended with ${code} before it was ready:\n${program.log}`)));
    });
    return program;
  }

  /** Sends a signal and waits for the end; answers the exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }

  signal(signal: NodeJS.Signals) {
    this.child.kill(signal);
  }

  exitCode(): Promise<number | null> {
    return this.ended;
  }
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
