import type { Page } from '@playwright/test';
import { newPerson, type Person } from './fixtures.ts';

/** What a page elsewhere would have done in the name of its visitor. */
type Wish = { readonly path: string; readonly body: Readonly<Record<string, string>> };

/** @param mallory whose account the visitor is to be signed in to, without noticing */
export const wishesOf = (mallory: Person, victim: Person): readonly Wish[] => [
  { path: '/api/sessions/logout', body: {} },
  { path: '/api/sessions/refresh', body: {} },
  { path: '/api/sessions/login', body: { ...mallory, delivery: 'cookie' } },
  { path: '/api/accounts/register', body: { ...mallory, ...newPerson(), displayName: 'a=b', delivery: 'cookie' } },
  { path: '/api/accounts/me', body: { displayName: 'a=b' } },
  { path: '/api/accounts/me?_method=DELETE', body: { _method: 'DELETE', password: victim.password } },
  { path: '/api/passwords/change', body: { currentPassword: victim.password, newPassword: mallory.password } },
  { path: '/api/tokens', body: { name: 'a=b' } },
];

type Form = { readonly enctype: string; readonly values: Wish['body'] };

/** Sent as plain text this reads as JSON: what stands before and after its first `=` is the name and value of a field. */
const asJson = (body: Wish['body']): Form | undefined => {
  const [, name, value] = /^(.*?)=(.*)$/.exec(JSON.stringify(body)) ?? [];
  return name && value ? { enctype: 'text/plain', values: { [name]: value } } : undefined;
};

/** As a form usually sends it, and as JSON, where a form can. */
export const formsOf = ({ body }: Wish): readonly Form[] => [
  { enctype: 'application/x-www-form-urlencoded', values: body },
  asJson(body) ?? { enctype: 'multipart/form-data', values: body },
];

/** Sends a form from a page without its visitor's doing, and gives the status of the answer. */
export const submit = async (page: Page, action: string, { enctype, values }: Form): Promise<number> => {
  const { pathname } = new URL(action);
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === pathname);
  await page.evaluate(
    ([action, enctype, values]) => {
      // A frame of its own: one that still shows the last answer may lose the next.
      const frame = Object.assign(document.createElement('iframe'), { name: 'answer' });
      const form = Object.assign(document.createElement('form'), { action, enctype, method: 'post', target: 'answer' });
      for (const [name, value] of Object.entries(values)) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
      }
      document.body.replaceChildren(frame, form);
      form.submit();
    },
    [action, enctype, values] as const,
  );
  return (await answer).status();
};
