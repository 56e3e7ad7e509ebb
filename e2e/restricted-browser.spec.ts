import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { registerWithApi } from './api-client.ts';
import { findBrowser } from './browser.ts';
import { expect, heading, openSignedIn, register, signIn, signOut, test } from './fixtures.ts';
import { mainServer, shortLived } from './servers.ts';

/** Writes a Chromium profile that blocks all cookies. */
const blockCookies = (folder: string): void => {
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  mkdirSync(join(folder, 'Default'), { recursive: true });
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences));
};

test('with cookies blocked the page says so, and the session works until the page is closed', async ({
  playwright,
  launchOptions,
}, testInfo) => {
  const credentials = await registerWithApi();
  const options = { ...launchOptions, executablePath: findBrowser() ?? '', baseURL: mainServer.origin };
  const profile = testInfo.outputPath('profile');
  blockCookies(profile);
  const context = await playwright.chromium.launchPersistentContext(profile, options);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto('/login');
  await expect(page.evaluate(() => localStorage.length)).rejects.toThrow('Access is denied');
  await expect(page.getByText('Your browser blocks cookies.')).toBeVisible();
  await signIn(page, credentials);
  await expect(heading(page, 'Your profile')).toBeVisible();
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(page.getByText('This device')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Sign in')).toBeVisible();
  expect(errors).toEqual([]);
  await context.close();
});

/** Each runs in the browser before the page's scripts. */
const restrictions = {
  'refuses storage': () => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('', 'SecurityError');
        },
      });
    }
  },
  'refuses channels': () => {
    window.BroadcastChannel = class extends EventTarget {
      constructor() {
        super();
        throw new DOMException('', 'SecurityError');
      }
    } as unknown as typeof BroadcastChannel;
  },
  'has no channels': () => Reflect.deleteProperty(window, 'BroadcastChannel'),
  'refuses locks': () => {
    navigator.locks.request = () => Promise.reject(new DOMException('', 'SecurityError'));
  },
  'has no locks': () => Reflect.deleteProperty(Navigator.prototype, 'locks'),
};

for (const [name, restrict] of Object.entries(restrictions)) {
  test(`a browser that ${name} signs in, stays signed in, and signs out`, async ({ page }) => {
    await page.addInitScript(restrict);
    const credentials = await registerWithApi();
    await page.goto('/login');
    await signIn(page, credentials);
    await expect(heading(page, 'Your profile')).toBeVisible();
    await page.reload();
    await expect(heading(page, 'Your profile')).toBeVisible();
    await signOut(page);
    await expect(heading(page, 'Sign in')).toBeVisible();
  });
}

test('a tab that never releases the lock does not block other tabs', async ({ page, context }) => {
  await openSignedIn(page);
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        navigator.locks.request('latchkey.refresh', () => {
          resolve();
          return new Promise(() => {});
        });
      }),
  );
  const other = await context.newPage();
  const waits: number[] = [];
  await other.exposeFunction('recordWait', (milliseconds: number) => waits.push(milliseconds));
  // Ends the wait immediately.
  await other.addInitScript(() => {
    AbortSignal.timeout = (milliseconds) => {
      Reflect.apply(Reflect.get(window, 'recordWait'), window, [milliseconds]);
      return AbortSignal.abort();
    };
  });
  await other.goto('/profile');
  await expect(heading(other, 'Your profile')).toBeVisible();
  await signOut(other);
  await expect(heading(other, 'Sign in')).toBeVisible();
  expect(waits.length).toBeGreaterThan(0);
  // The API accepts concurrent refreshes for ten seconds.
  for (const wait of waits) expect(wait).toBeLessThan(9_000);
});

test('a browser that clears script storage stays signed in', async ({ page }) => {
  await openSignedIn(page);
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await page.reload();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

test('two Latchkeys on one host do not touch each other’s cookies', async ({ page }) => {
  const expectSignedIn = async (page: Page, { origin }: typeof mainServer, username: string): Promise<void> => {
    await page.goto(`${origin}/profile`);
    await expect(page.getByText(`@${username}`)).toBeVisible();
  };
  const ada = await register(page);
  await expectSignedIn(page, mainServer, ada.username);
  const grace = await register(page, undefined, shortLived);
  await expectSignedIn(page, shortLived, grace.username);
  await expectSignedIn(page, mainServer, ada.username);
  await signOut(page);
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expectSignedIn(page, shortLived, grace.username);
});
