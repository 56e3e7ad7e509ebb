import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { reuseRefreshToken, signInWithApi } from './api-client.ts';
import { addApp, newRequest } from './apps.ts';
import {
  expect,
  fillIn,
  heading,
  newCredentials,
  openFromMenu,
  openSignedIn,
  register,
  signIn,
  test,
} from './fixtures.ts';
import { blockFonts, continueWithAcme, newName, registerWithAcme, signInThere } from './provider.ts';
import { identityServer, mailServer } from './servers.ts';

type View = { readonly name: string; readonly open: (page: Page) => Promise<void> };

const callback = 'https://shop.example.com/callback';

/** Every page, in each of its states. */
const views: readonly View[] = [
  {
    name: 'home',
    open: async (page) => {
      await page.goto('/');
      await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
    },
  },
  {
    name: 'login',
    open: async (page) => {
      await page.goto('/login');
      await expect(heading(page, 'Sign in')).toBeVisible();
    },
  },
  {
    name: 'login-without-cookies',
    open: async (page) => {
      // Behaves like a browser that blocks cookies.
      await page.addInitScript(() => Object.defineProperty(document, 'cookie', { get: () => '', set: () => {} }));
      await page.goto('/login');
      await expect(page.getByText('Your browser blocks cookies.')).toBeVisible();
    },
  },
  {
    name: 'register',
    open: async (page) => {
      await page.goto('/register');
      await fillIn(page, { 'User name': 'a', Password: 'correct horse' });
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByText('Strength:')).toBeVisible();
    },
  },
  {
    name: 'profile',
    open: async (page) => {
      await openSignedIn(page);
      await fillIn(page, { Name: 'Ada Lovelace', 'E-mail address': 'ada@example.com' });
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByText('Saved.')).toBeVisible();
    },
  },
  {
    name: 'account-menu',
    open: async (page) => {
      await openSignedIn(page);
      await page.getByRole('button', { name: /^Account menu/ }).click();
      await expect(page.getByRole('button', { name: 'Sign out', exact: true })).toBeVisible();
    },
  },
  {
    name: 'menu-on-a-phone',
    open: async (page) => {
      await page.setViewportSize({ width: 375, height: 800 });
      await openSignedIn(page, '/devices');
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      await expect(page.getByRole('link', { name: 'Activity' })).toBeVisible();
    },
  },
  {
    name: 'delete-account',
    open: async (page) => {
      await openSignedIn(page);
      await page.getByRole('button', { name: 'Delete account…' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'login-with-providers',
    open: async (page) => {
      await page.goto(`${identityServer.origin}/login`);
      await expect(page.getByRole('button', { name: 'Continue with Google' })).toBeVisible();
    },
  },
  {
    name: 'register-with-provider',
    open: async (page) => {
      await blockFonts(page);
      await page.goto(`${identityServer.origin}/login`);
      await continueWithAcme(page);
      await signInThere(page, newName());
      await expect(heading(page, 'Create an account')).toBeVisible();
    },
  },
  {
    name: 'connect-provider',
    open: async (page) => {
      await blockFonts(page);
      await register(page, undefined, identityServer);
      await page.goto(`${identityServer.origin}/sign-in-methods`);
      await page.getByRole('button', { name: 'Connect Acme' }).click();
      await signInThere(page, newName());
      await expect(heading(page, 'Connect Acme')).toBeVisible();
    },
  },
  {
    name: 'sign-in-methods',
    open: async (page) => {
      await blockFonts(page);
      await registerWithAcme(page);
      await page.goto(`${identityServer.origin}/sign-in-methods`);
      await expect(page.getByRole('button', { name: 'Disconnect… Acme' })).toBeVisible();
    },
  },
  {
    name: 'connect-device',
    open: async (page) => {
      const app = await addApp(`Terminal ${newName()}`, '--device');
      const form = { client_id: app.id, scope: 'openid email' };
      const begun = await (await page.request.post('/api/oauth/device_authorization', { form })).json();
      await openSignedIn(page);
      await page.goto(begun.verification_uri_complete);
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(heading(page, 'Allow this device?')).toBeVisible();
    },
  },
  {
    name: 'login-with-mail',
    open: async (page) => {
      await page.goto(`${mailServer.origin}/login`);
      await expect(page.getByRole('link', { name: 'Forgot password?' })).toBeVisible();
    },
  },
  {
    name: 'profile-email',
    open: async (page) => {
      const credentials = await register(page, { ...newCredentials(), email: 'ada@example.com' }, mailServer);
      await page.goto(`${mailServer.origin}/profile`);
      await page.getByRole('button', { name: 'Change e-mail address…' }).click();
      await fillIn(page, {
        'New e-mail address': 'ada.lovelace@example.com',
        'Current password': credentials.password,
      });
      await expect(page.getByText('Not verified')).toBeVisible();
    },
  },
  {
    name: 'verify-email-code',
    open: async (page) => {
      await register(page, { ...newCredentials(), email: 'ada@example.com' }, mailServer);
      await page.goto(`${mailServer.origin}/verify-email`);
      await page.getByLabel('Code').fill('12');
      await page.getByRole('button', { name: 'Verify' }).click();
      await expect(page.getByText('Enter the six digits from the message.')).toBeVisible();
    },
  },
  {
    name: 'verify-email-link',
    open: async (page) => {
      await page.goto(`${mailServer.origin}/verify-email#token=${'x'.repeat(43)}`);
      await page.getByRole('button', { name: 'Verify' }).click();
      await expect(page.getByText('This link or code has expired')).toBeVisible();
    },
  },
  {
    name: 'forgot-password',
    open: async (page) => {
      await page.goto(`${mailServer.origin}/forgot-password`);
      await fillIn(page, { 'User name or e-mail address': 'ada' });
      await page.getByRole('button', { name: 'Send a link' }).click();
      await expect(page.getByText('If this account has')).toBeVisible();
    },
  },
  {
    name: 'reset-password',
    open: async (page) => {
      await page.goto(`${mailServer.origin}/reset-password#token=${'x'.repeat(43)}`);
      await fillIn(page, { 'New password': 'correct horse' });
      await expect(page.getByText('Strength:')).toBeVisible();
    },
  },
  {
    name: 'undo',
    open: async (page) => {
      await page.goto(`${mailServer.origin}/undo#token=${'x'.repeat(43)}`);
      await expect(page.getByRole('button', { name: 'Undo the change' })).toBeVisible();
    },
  },
  {
    name: 'password',
    open: async (page) => {
      await register(page);
      await page.goto('/password');
      await expect(heading(page, 'Change password')).toBeVisible();
    },
  },
  {
    name: 'devices',
    open: async (page) => {
      const credentials = await register(page);
      await reuseRefreshToken(credentials);
      await signInWithApi(credentials);
      await page.goto('/devices');
      await expect(page.getByRole('button', { name: 'Sign out all other devices…' })).toBeVisible();
    },
  },
  {
    name: 'devices-only-one',
    open: async (page) => {
      await register(page);
      await page.goto('/devices');
      await expect(page.getByText('You’re not signed in anywhere else.')).toBeVisible();
    },
  },
  {
    name: 'devices-unreachable',
    open: async (page) => {
      await openSignedIn(page);
      await page.route('**/api/sessions', (route) => route.abort());
      await openFromMenu(page, 'Sessions');
      await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
    },
  },
  {
    name: 'activity',
    open: async (page) => {
      const credentials = await register(page);
      await reuseRefreshToken(credentials);
      await signInWithApi({ ...credentials, password: 'wrong' });
      await signInWithApi({ ...credentials, password: 'wrong' });
      await page.goto('/activity');
      await expect(page.getByText('wrong password, 2 times')).toBeVisible();
    },
  },
  {
    name: 'activity-report',
    open: async (page) => {
      await signInWithApi(await register(page));
      await page.goto('/activity');
      await page.getByRole('button', { name: /^This wasn’t me/ }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'tokens',
    open: async (page) => {
      await register(page);
      await page.goto('/tokens');
      await fillIn(page, { Name: 'Nightly backup', 'Scope (optional)': 'backup:read' });
      await page.getByRole('button', { name: 'Create token' }).click();
      await page.getByRole('button', { name: 'Done' }).click();
      await fillIn(page, { Name: 'The shop', 'Audience (optional)': 'https://shop.example.com' });
      await page.getByRole('button', { name: 'Create token' }).click();
      await expect(page.getByLabel('API token', { exact: true })).toBeVisible();
    },
  },
  {
    name: 'tokens-revoke',
    open: async (page) => {
      await register(page);
      await page.goto('/tokens');
      await fillIn(page, { Name: 'Nightly backup' });
      await page.getByRole('button', { name: 'Create token' }).click();
      await page.getByRole('button', { name: 'Revoke… Nightly backup' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'apps',
    open: async (page) => {
      await openSignedIn(page);
      const app = await addApp(`Shop ${randomUUID()}`, '--redirect', callback, '--third-party', '--scope', 'cart');
      await page.goto(newRequest(app, callback, { scope: 'openid profile email offline_access cart' }).address);
      await page.route(`${callback}**`, (route) => route.fulfill({ body: 'the shop' }));
      await page.getByRole('button', { name: 'Allow', exact: true }).click();
      await page.waitForURL(`${callback}**`);
      await page.goto('/apps');
      await expect(page.getByText('keep you signed in')).toBeVisible();
    },
  },
  {
    name: 'consent',
    open: async (page) => {
      await openSignedIn(page);
      const app = await addApp(`Shop ${randomUUID()}`, '--redirect', callback, '--third-party', '--scope', 'cart');
      await page.goto(newRequest(app, callback, { scope: 'openid profile email offline_access cart' }).address);
      await expect(heading(page, 'Allow access?')).toBeVisible();
    },
  },
  {
    name: 'login-for-an-app',
    open: async (page) => {
      const app = await addApp(`Shop ${randomUUID()}`, '--redirect', callback);
      await page.goto(newRequest(app, callback).address);
      await expect(page.getByText('Sign in to continue to')).toBeVisible();
    },
  },
  {
    name: 'authorize-refused',
    open: async (page) => {
      await page.goto('/oauth/authorize');
      await expect(heading(page, 'The app can’t sign you in')).toBeVisible();
    },
  },
  {
    name: 'logout',
    open: async (page) => {
      await openSignedIn(page);
      await page.goto('/oauth/logout');
      await expect(heading(page, 'Sign out?')).toBeVisible();
    },
  },
  {
    name: 'inspector-signed-out',
    open: async (page) => {
      await page.goto('/inspector');
      await page.getByLabel('Token (JWT)').fill('eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.bm8gSlNPTg.AAEC');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  {
    name: 'inspector',
    open: async (page) => {
      await register(page);
      await page.goto('/inspector');
      await page.getByRole('button', { name: 'Inspect my token' }).click();
      await expect(page.getByText('Valid signature')).toBeVisible();
    },
  },
  {
    name: 'goodbye',
    open: async (page) => {
      const { password } = await openSignedIn(page);
      await page.getByRole('button', { name: 'Delete account…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Password', { exact: true }).fill(password);
      await dialog.getByRole('button', { name: 'Delete my account' }).click();
      await expect(heading(page, 'Your account is closed')).toBeVisible();
    },
  },
  {
    name: 'closed-account',
    open: async (page) => {
      const { username, password } = await openSignedIn(page);
      const closed = await page.request.post('/api/sessions/login', { data: { username, password } });
      const { access_token } = await closed.json();
      const headers = { authorization: `Bearer ${access_token}` };
      expect((await page.request.delete('/api/accounts/me', { headers, data: { password } })).status()).toBe(204);
      await page.context().clearCookies();
      await page.goto('/login');
      await signIn(page, { username, password });
      await expect(page.getByRole('button', { name: 'Keep my account' })).toBeVisible();
    },
  },
  {
    name: 'not-found',
    open: async (page) => {
      await page.goto('/no/such/page');
      await expect(heading(page, 'Page not found')).toBeVisible();
    },
  },
  {
    name: 'unreachable',
    open: async (page) => {
      await openSignedIn(page);
      await page.route('**/api/**', (route) => route.abort());
      await page.reload();
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
];

const themes = ['light', 'dark'] as const;
const widths = [1280, 375, 320];

/** Waits until colors have their final values. A transition that was cancelled has ended, too. */
const endOfTransitions = (page: Page): Promise<unknown> =>
  page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation instanceof CSSTransition)
        .map(({ finished }) => finished.catch(() => {})),
    ),
  );

/** Screenshots to look at. They take longer than the checks. */
const takeScreenshots = async (page: Page, name: string): Promise<void> => {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await endOfTransitions(page);
    await page.screenshot({ path: `test-results/pages/${name}-${colorScheme}.png`, fullPage: true });
  }
};

test.describe('every page', () => {
  test.use({ reducedMotion: 'reduce' });

  for (const { name, open } of views) {
    test(`${name} passes axe in both themes, and fits a small phone`, async ({ page }) => {
      await open(page);
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme });
        await endOfTransitions(page);
        // Legacy mode needs no second page; only frames need one.
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        expect(violations, colorScheme).toEqual([]);
      }
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `horizontal overflow at ${width} px`).toBeLessThanOrEqual(0);
        if (process.env.E2E_SCREENSHOTS) await takeScreenshots(page, `${name}-${width}`);
      }
    });
  }
});

/** The contrast (WCAG 2.2) of two colors of an element, as the browser draws them. */
const contrastOf = (page: Page, selector: string, color: 'color' | 'borderTopColor'): Promise<number> =>
  page.locator(selector).evaluate((element, color) => {
    const luminanceOf = (colors: readonly string[]): number => {
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      if (!context) throw new Error('no canvas');
      for (const color of colors) {
        context.fillStyle = color;
        context.fillRect(0, 0, 1, 1);
      }
      const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data]
        .map((channel) => channel / 255)
        .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const style = getComputedStyle(element);
    const own = luminanceOf([style.backgroundColor, style[color]]);
    const background = luminanceOf([style.backgroundColor]);
    return (Math.max(own, background) + 0.05) / (Math.min(own, background) + 0.05);
  }, color);

for (const colorScheme of themes) {
  test(`fields have a visible border, and a button that waits stays readable: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.route('**/api/sessions/login', () => {});
    await page.goto('/login');
    await fillIn(page, { 'User name': 'ada', Password: 'a password' });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('button', { name: 'Sign in' })).toHaveAttribute('aria-disabled', 'true');
    await endOfTransitions(page);
    expect(await contrastOf(page, '.input:has([name="username"])', 'borderTopColor')).toBeGreaterThanOrEqual(3);
    expect(await contrastOf(page, 'button[type="submit"]', 'color')).toBeGreaterThanOrEqual(4.5);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
}

test('the chosen theme stays after a reload, with any theme of the system', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await openSignedIn(page);
  await page.getByRole('button', { name: /^Account menu/ }).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(await background()).toBe('dark');
  await page.reload();
  await expect(heading(page, 'Your profile')).toBeVisible();
  expect(await background()).toBe('dark');
});

test('a client of the OpenAPI document signs out with its token', async ({ page, request }) => {
  const { username, password } = await register(page);
  const { access_token } = await (await request.post('/api/sessions/login', { data: { username, password } })).json();
  const headers = { authorization: `Bearer ${access_token}` };
  await page.goto('/api/docs');
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const dialog = page.locator('.modal-ux');
  await dialog.getByRole('textbox').first().fill(access_token);
  await dialog.getByRole('button', { name: 'Apply credentials' }).click();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: '/api/sessions/logout' }).first().click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  expect((await request.get('/api/accounts/me', { headers })).status()).toBe(200);
  const answer = page.waitForResponse(/\/api\/sessions\/logout$/);
  await page.getByRole('button', { name: 'Execute' }).click();
  expect((await answer).status()).toBe(204);
  expect((await request.get('/api/accounts/me', { headers })).status()).toBe(401);
});

test('the API documentation obeys the strict policy, sends requests, and shows only our document', async ({ page }) => {
  const foreignRequests: string[] = [];
  page.on('request', (request) => {
    if (!/^(http:\/\/localhost:|data:)/.test(request.url())) foreignRequests.push(request.url());
  });
  const evil = 'https://evil.example/openapi.json';
  await page.goto(`/api/docs?${new URLSearchParams({ url: evil, configUrl: evil })}`);
  await expect(page.getByRole('heading', { name: /^Latchkey/ })).toBeVisible();
  await page.getByRole('button', { name: '/health/live' }).first().click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await expect(page.getByText('"status": "ok"').first()).toBeVisible();
  await page.screenshot({ path: 'test-results/pages/api-docs.png' });
  await page.getByRole('button', { name: '/api/sessions/login' }).first().click();
  await expect(page.locator('.opblock.is-open')).toHaveCount(2);
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.locator('.modal-ux').getByRole('textbox').first().fill('a token');
  expect(foreignRequests).toEqual([]);
});
