import type { Page } from '@playwright/test';

/** What can be typed into. */
const TYPED = 'input:not([type="hidden"]):not([type="checkbox"]):not([type="radio"]):not([readonly]), textarea';

/** A form that takes typed text. */
export interface Form {
  /** Which of the page's forms it is. */
  at: number;
  action: string;
  names: string[];
}

/** The page's forms into which something can be typed. */
export async function formsOf(page: Page): Promise<Form[]> {
  const forms = await page.locator('form').evaluateAll(
    (all, typed) =>
      all.map((form, at) => ({
        at,
        action: new URL((form as HTMLFormElement).action).pathname,
        names: [...form.querySelectorAll<HTMLInputElement>(typed)].map((field) => field.name),
      })),
    TYPED,
  );
  return forms.filter((form) => form.names.length > 0);
}

/**
 * Types `text` into every field of a form and sends it. Fields for dates, addresses and numbers would not take
 * most texts; they get them all the same, as from a browser that knows no such fields. Answers what stood in each.
 */
export async function sendEverywhere(page: Page, at: number, text: string): Promise<[string, string][]> {
  const form = page.locator('form').nth(at);
  const filled = await form.evaluate(
    (element, [typed, text]) => {
      (element as HTMLFormElement).noValidate = true;
      return [...element.querySelectorAll<HTMLInputElement>(typed)].map((field): [string, string] => {
        if (field instanceof HTMLInputElement && field.type !== 'password') field.type = 'text';
        field.value = text;
        return [field.name, field.value];
      });
    },
    [TYPED, text] as const,
  );
  const button = form.locator('button[type="submit"]').first();
  await Promise.all([page.waitForEvent('load'), button.click()]);
  return filled;
}

/** The fields that the page refuses, with what stands in them, where they show it, and why they are refused. */
export async function refusals(page: Page): Promise<{ name: string; kept: string | null; why: string }[]> {
  return page.locator('form [aria-invalid="true"]').evaluateAll((fields) =>
    fields.map((field) => {
      const { name, type, value } = field as HTMLInputElement;
      const isShown = ['text', 'search', 'tel', 'url', 'email', 'textarea'].includes(type);
      const why = document.getElementById(`${field.id}-error`)?.textContent ?? '';
      return { name, kept: isShown ? value : null, why };
    }),
  );
}
