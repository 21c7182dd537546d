import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../support/program';
import type { Sent } from './recorder';

/** A row of the document's table of endpoints. */
export interface Row {
  method: string;
  /** Names in it are in braces. */
  path: string;
  /** The case in which it is done, and the one in which it is refused. */
  done: string;
  refused: string;
}

export function rows(): Row[] {
  const document = readFileSync(path.join(ROOT, 'docs/bootpay.md'), 'utf8');
  const lines = document.matchAll(/^\| (?:Commerce|PG) \| `([A-Z]+) ([^`]+)` \|[^|]+\|[^|]+\|[^|]+\| yes \| ([^|]+) \| ([^|]+) \|$/gm);
  return [...lines].map(([, method = '', at = '', done = '', refused = '']) => ({ method, path: at, done, refused }));
}

/** Whether one of these requests is the row's, and was answered so. */
export function holds(row: Row, sent: Sent[], isRefused: boolean): boolean {
  const place = new RegExp(`^${row.path.replace(/\//g, '\\/').replace(/\{[^}]+\}/g, '[^/]+')}$`);
  return sent.some((one) => one.method === row.method && place.test(one.path) && one.answered >= 400 === isRefused);
}
