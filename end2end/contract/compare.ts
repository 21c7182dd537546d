import type { Sent } from './recorder';

/** Every place in which two requests of one case differ, as one line each. */
export function differences(vendors: Sent[], ours: Sent[]): string[] {
  const lines = (sent: Sent[]) => sent.map(({ method, path }) => `${method} ${path}`);
  if (lines(vendors).join() !== lines(ours).join()) return [`requests: [${lines(vendors).join(', ')}] and [${lines(ours).join(', ')}]`];
  return vendors.flatMap((theirs, at) => {
    const mine = ours[at] as Sent;
    return ['query', 'headers', 'body'].flatMap((part) => inside(part, (theirs as any)[part], (mine as any)[part]));
  });
}

function inside(at: string, theirs: unknown, ours: unknown): string[] {
  const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
  if (isObject(theirs) && isObject(ours)) {
    const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].sort();
    return names.flatMap((name) => inside(`${at}.${name}`, theirs[name], ours[name]));
  }
  const [one, other] = [JSON.stringify(theirs), JSON.stringify(ours)];
  if (one === other) return [];
  return [`${at}: ${one === undefined ? 'not sent' : one}, ours ${other === undefined ? 'not sent' : other}`];
}
