import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Page } from '@playwright/test';
import { freePort } from '../apps/api/testing/free-port.ts';
import { addApp } from './apps.ts';
import {
  test as base,
  type Credentials,
  expect,
  heading,
  newCredentials,
  openSignedIn,
  register,
  signIn,
} from './fixtures.ts';
import { mainServer } from './servers.ts';

/** Starts one of the programs of the example, as its README does, and waits until it says this. */
const start = async (words: readonly string[], env: Record<string, string>, says: string): Promise<ChildProcess> => {
  const child = spawn(process.execPath, words, { cwd: 'examples/shop', env: { ...process.env, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  await Promise.race([
    expect.poll(() => said).toContain(says),
    once(child, 'exit').then(() => expect(said).toContain(says)),
  ]);
  return child;
};

/** The example: a React app and its API, each on an origin of its own, registered with Latchkey. */
const test = base.extend<object, { shop: string }>({
  shop: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const [webPort, apiPort] = [await freePort(), await freePort()];
      const shop = `http://localhost:${webPort}`;
      const name = `tea-shop-${randomUUID().slice(0, 8)}`;
      const app = await addApp(name, '--redirect', `${shop}/callback`, '--post-logout-redirect', `${shop}/`);
      const api = {
        ISSUER: mainServer.origin,
        AUDIENCE: name,
        PORT: String(apiPort),
        DATABASE: ':memory:',
        WEB_ORIGIN: shop,
      };
      const web = {
        VITE_ISSUER: mainServer.origin,
        VITE_CLIENT_ID: app.id,
        VITE_API: `http://127.0.0.1:${apiPort}`,
      };
      const children = await Promise.all([
        start(['src/main.ts'], api, 'The shop listens'),
        start(['node_modules/vite/bin/vite.js', 'web', '--port', String(webPort)], web, 'ready in'),
      ]);
      await use(shop);
      for (const child of children) child.kill();
    },
    { scope: 'worker' },
  ],
});

/** Signs in to the shop, with an account that is new. */
const enterShop = async (
  page: Page,
  shop: string,
  credentials: Credentials = newCredentials(),
): Promise<Credentials> => {
  await register(page, credentials);
  await page.goto(shop);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText(`Hello, ${credentials.username}.`)).toBeVisible();
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  return credentials;
};

const addTea = (page: Page): Promise<void> => page.getByRole('button', { name: 'Add tea' }).click();

test('a person signs in to the shop, fills the cart, and signs out of both', async ({ page, shop }) => {
  const credentials = newCredentials();
  await register(page, credentials);
  await page.context().clearCookies();
  await page.goto(`${shop}/?from=mail`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await signIn(page, credentials);
  await expect(page.getByText(`Hello, ${credentials.username}.`)).toBeVisible();
  // Back where it began, without code and state.
  expect(page.url()).toBe(`${shop}/?from=mail`);
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
  await addTea(page);
  await expect(page.getByText('1 × tea')).toBeVisible();
  await page.getByRole('button', { name: 'Wish for a kettle' }).click();
  await expect(page.getByText('kettle', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Show all carts' }).click();
  await expect(page.getByText('Only administrators see all carts.')).toBeVisible();

  await page.reload();
  await expect(page.getByText('1 × tea')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Sign in to see your cart.')).toBeVisible();
  expect(page.url()).toBe(`${shop}/`);
  await page.goto(`${mainServer.origin}/profile`);
  await expect(heading(page, 'Sign in')).toBeVisible();
});

test('three tabs whose token expires refresh it once, although an answer is lost', async ({ page, shop }) => {
  await enterShop(page, shop);
  const tabs = [page, await page.context().newPage(), await page.context().newPage()];
  for (const tab of tabs.slice(1)) await tab.goto(shop);
  const refreshTokens: (string | null)[] = [];
  await page.context().route('**/api/oauth/token', async (route) => {
    refreshTokens.push(new URLSearchParams(route.request().postData() ?? '').get('refresh_token'));
    if (refreshTokens.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  for (const tab of tabs) await expect(tab.getByText('Your cart is empty.')).toBeVisible();
  for (const tab of tabs) await tab.clock.setFixedTime(Date.now() + 31 * 60_000);
  await Promise.all(tabs.map(addTea));
  for (const tab of tabs) await expect(tab.getByText('1 × tea')).toBeVisible();
  // The second repeats the first, whose answer was lost.
  expect(refreshTokens).toHaveLength(2);
  expect(new Set(refreshTokens).size).toBe(1);
});

test('when the session of the browser ends, the shop notices at its next request', async ({ page, shop }) => {
  const credentials = await enterShop(page, shop);
  const elsewhere = await page.context().newPage();
  await elsewhere.goto(`${mainServer.origin}/profile`);
  await elsewhere.getByRole('button', { name: /^Account menu/ }).click();
  await elsewhere.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(heading(elsewhere, 'Sign in')).toBeVisible();
  await expect(async () => {
    const button = page.getByRole('button', { name: 'Add tea' });
    if (await button.isVisible()) await button.click();
    await expect(page.getByText('Sign in to see your cart.')).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await signIn(page, credentials);
  await expect(page.getByText(`Hello, ${credentials.username}.`)).toBeVisible();
});

test('a callback that was used, or that nobody asked for, leads home', async ({ page, shop }) => {
  await openSignedIn(page);
  await page.goto(`${shop}/callback?code=stolen&state=forged&iss=${encodeURIComponent(mainServer.origin)}`);
  await expect(page.getByText('Sign in to see your cart.')).toBeVisible();
  expect(page.url()).toBe(`${shop}/`);
});
