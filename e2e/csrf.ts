import type { Page } from '@playwright/test';
import { type Credentials, newCredentials } from './fixtures.ts';

/** A request that a foreign page makes in the name of its visitor. */
type Forgery = { readonly path: string; readonly body: Readonly<Record<string, string>> };

/** @param attacker the account that the visitor would be signed in to without noticing */
export const forgedRequests = (attacker: Credentials, target: Credentials): readonly Forgery[] => [
  { path: '/api/sessions/logout', body: {} },
  { path: '/api/sessions/refresh', body: {} },
  { path: '/api/sessions/login', body: { ...attacker, delivery: 'cookie' } },
  {
    path: '/api/accounts/register',
    body: { ...attacker, ...newCredentials(), displayName: 'a=b', delivery: 'cookie' },
  },
  { path: '/api/accounts/me', body: { displayName: 'a=b' } },
  { path: '/api/accounts/me?_method=DELETE', body: { _method: 'DELETE', password: target.password } },
  { path: '/api/passwords/change', body: { currentPassword: target.password, newPassword: attacker.password } },
  { path: '/api/tokens', body: { name: 'a=b' } },
];

type Form = { readonly enctype: string; readonly values: Forgery['body'] };

/** A form whose plain text is JSON: the text before and after the first `=` becomes the name and value of a field. */
const asJson = (body: Forgery['body']): Form | undefined => {
  const [, name, value] = /^(.*?)=(.*)$/.exec(JSON.stringify(body)) ?? [];
  return name && value ? { enctype: 'text/plain', values: { [name]: value } } : undefined;
};

/** The usual form encoding, and JSON in plain text if possible. */
export const formEncodings = ({ body }: Forgery): readonly Form[] => [
  { enctype: 'application/x-www-form-urlencoded', values: body },
  asJson(body) ?? { enctype: 'multipart/form-data', values: body },
];

/** Submits a form from a page and returns the status of the response. */
export const submitForm = async (page: Page, action: string, { enctype, values }: Form): Promise<number> => {
  const { pathname } = new URL(action);
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === pathname);
  await page.evaluate(
    ([action, enctype, values]) => {
      // A new frame each time: one that still shows the last response may lose the next.
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
