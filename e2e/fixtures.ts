import { randomUUID } from 'node:crypto';
import { type BrowserContext, test as base, expect, type Page, type Response } from '@playwright/test';
import { mainServer } from './servers.ts';

export { expect };

export type Credentials = { username: string; password: string; email?: string };

export const newCredentials = (): Credentials => ({
  username: `ada-${randomUUID().slice(0, 8)}`,
  password: 'seven purple kettles',
});

/** A pattern for a recent time, with room for a slow machine. */
export const recently = '(just now|[1-9] minutes? ago)';

/** The browser logs every failed request itself; these are not errors of the page. */
const isExpected = (text: string): boolean =>
  /^Failed to load resource: (.* status of (4\d\d|503)|net::ERR_(FAILED|INTERNET_DISCONNECTED))/.test(text);

/** A response from the server has a request id; one that a test made up has none. */
const isServerFault = (answer: Response): boolean =>
  answer.status() >= 500 && answer.headers()['x-request-id'] !== undefined;

/**
 * A test fails if the server answers any browser with a 5xx, or if the page has an uncaught error, a console error or a
 * violation of its content security policy.
 */
export const test = base.extend<{ page: Page; serverErrors: readonly string[] }>({
  serverErrors: [
    async ({ browser }, use) => {
      const errors: string[] = [];
      const watch = (context: BrowserContext): unknown =>
        context.on('response', (answer) => {
          if (isServerFault(answer)) errors.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
        });
      browser.on('context', watch);
      await use(errors);
      browser.off('context', watch);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message.text())) errors.push(`console: ${message.text()}`);
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        console.error(`content security policy: ${violatedDirective} ${blockedURI}`);
      });
    });
    await use(page);
    expect(errors).toEqual([]);
  },
});

export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

const menu = {
  Profile: 'Your profile',
  Password: 'Change password',
  Sessions: 'Your sessions',
  'Connected apps': 'Connected apps',
  Activity: 'Your activity',
  'API tokens': 'API tokens',
  Inspector: 'Token inspector',
} as const;

/** Follows a link of the menu. Until the new page has loaded, the page before it is still there, so a locator could find its elements. */
export const openFromMenu = async (page: Page, name: keyof typeof menu): Promise<void> => {
  await page.getByRole('link', { name }).click();
  await expect(heading(page, menu[name])).toBeVisible();
};

export const fillIn = async (page: Page, fields: Record<string, string>): Promise<void> => {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
};

export const signUp = async (
  page: Page,
  credentials: Credentials = newCredentials(),
  origin = '',
): Promise<Credentials> => {
  await page.goto(`${origin}/register`);
  await fillIn(page, { 'User name': credentials.username, Password: credentials.password });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  return credentials;
};

/** Registers with the API and signs in the page's browser. */
export const register = async (
  page: Page,
  credentials: Credentials = newCredentials(),
  { origin } = mainServer,
): Promise<Credentials> => {
  const answer = await page.request.post(`${origin}/api/accounts/register`, {
    headers: { origin },
    data: { ...credentials, delivery: 'cookie' },
  });
  expect(answer.status()).toBe(201);
  return credentials;
};

/** Signs in the page's browser with the API. */
export const logIn = async (page: Page, credentials: Credentials, { origin } = mainServer): Promise<void> => {
  const answer = await page.request.post(`${origin}/api/sessions/login`, {
    headers: { origin },
    data: { ...credentials, delivery: 'cookie' },
  });
  expect(answer.status()).toBe(200);
};

/** Registers a new user and opens a page as that user. */
export const openSignedIn = async (page: Page, path = '/profile'): Promise<Credentials> => {
  const credentials = await register(page);
  await page.goto(path);
  await expect(page.getByRole('button', { name: /^Account menu/ })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return credentials;
};

export const signIn = async (page: Page, { username, password }: Credentials): Promise<void> => {
  await fillIn(page, { 'User name': username, Password: password });
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** Signs out with the account menu. */
export const signOut = async (page: Page): Promise<void> => {
  const button = page.getByRole('button', { name: 'Sign out', exact: true });
  if (!(await button.isVisible())) await page.getByRole('button', { name: /^Account menu/ }).click();
  await button.click();
};
