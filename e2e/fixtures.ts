import { randomUUID } from 'node:crypto';
import { type BrowserContext, test as base, expect, type Page, type Response } from '@playwright/test';
import { usual } from './servers.ts';

export { expect };

export type Person = { username: string; password: string };

export const newPerson = (): Person => ({
  username: `ada-${randomUUID().slice(0, 8)}`,
  password: 'seven purple kettles',
});

/** When something happened a little while ago, however slow the machine is. */
export const recently = '(just now|[1-9] minutes? ago)';

/** The browser notes every refused or cut request by itself; the page's part is to say it in words. */
const isExpected = (text: string): boolean =>
  /^Failed to load resource: (.* status of (4\d\d|503)|net::ERR_(FAILED|INTERNET_DISCONNECTED))/.test(text);

/** What the server itself says has a request id; what a test makes up in its place has none. */
const isFaultOfServer = (answer: Response): boolean =>
  answer.status() >= 500 && answer.headers()['x-request-id'] !== undefined;

/**
 * A test fails where the server answers any browser with a 5xx, and where the page has an uncaught error, a console error,
 * or breaks its own security policy.
 */
export const test = base.extend<{ page: Page; serverFaults: readonly string[] }>({
  serverFaults: [
    async ({ browser }, use) => {
      const faults: string[] = [];
      const watch = (context: BrowserContext): unknown =>
        context.on('response', (answer) => {
          if (isFaultOfServer(answer)) faults.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
        });
      browser.on('context', watch);
      await use(faults);
      browser.off('context', watch);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message.text())) faults.push(`console: ${message.text()}`);
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        console.error(`content security policy: ${violatedDirective} ${blockedURI}`);
      });
    });
    await use(page);
    expect(faults).toEqual([]);
  },
});

export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

export const fillIn = async (page: Page, fields: Record<string, string>): Promise<void> => {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
};

export const signUp = async (page: Page, person: Person = newPerson(), origin = ''): Promise<Person> => {
  await page.goto(`${origin}/register`);
  await fillIn(page, { 'User name': person.username, Password: person.password });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  return person;
};

/** Registers without the form, so that the browser of this page is signed in. */
export const register = async (page: Page, person: Person = newPerson(), { origin } = usual): Promise<Person> => {
  const answer = await page.request.post(`${origin}/api/accounts/register`, {
    headers: { origin },
    data: { ...person, delivery: 'cookie' },
  });
  expect(answer.status()).toBe(201);
  return person;
};

/** Signs in without the form, so that the browser of this page is signed in. */
export const logIn = async (page: Page, person: Person, { origin } = usual): Promise<void> => {
  const answer = await page.request.post(`${origin}/api/sessions/login`, {
    headers: { origin },
    data: { ...person, delivery: 'cookie' },
  });
  expect(answer.status()).toBe(200);
};

/** Opens a page of somebody who has just registered. */
export const openSignedIn = async (page: Page, path = '/profile'): Promise<Person> => {
  const person = await register(page);
  await page.goto(path);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return person;
};

export const signIn = async (page: Page, { username, password }: Person): Promise<void> => {
  await fillIn(page, { 'User name or e-mail address': username, Password: password });
  await page.getByRole('button', { name: 'Sign in' }).click();
};
