import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from './program';

/** The shop's own sentences, so that no test repeats them. */
function read(lang: 'ko' | 'en'): Record<string, string> {
  const text = readFileSync(path.join(ROOT, `src/text/${lang}/madang.ftl`), 'utf8');
  const pairs = text.split('\n').map((line) => /^([a-z0-9-]+) = (.*)$/.exec(line));
  return Object.fromEntries(pairs.filter((pair) => pair !== null).map((pair) => [pair[1], pair[2]]));
}

const KO = read('ko');
const EN = read('en');

/** A sentence without variables in it. */
export function words(key: string, lang: 'ko' | 'en' = 'ko'): string {
  const found = (lang === 'ko' ? KO : EN)[key];
  if (!found || found.includes('{')) throw new Error(`no plain words for ${key}`);
  return found;
}
