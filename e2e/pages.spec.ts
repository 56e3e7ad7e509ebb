import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, fillIn, heading, openSignedIn, register, test } from './fixtures.ts';
import { signInElsewhere, useTokenTwice } from './strangers.ts';

type View = { readonly name: string; readonly open: (page: Page) => Promise<void> };

/** Every page, and the states of it that look different. */
const views: readonly View[] = [
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
      // As a browser answers that blocks cookies.
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
    name: 'delete-account',
    open: async (page) => {
      await openSignedIn(page);
      await page.getByRole('button', { name: 'Delete account…' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'password',
    open: async (page) => {
      await register(page);
      await page.goto('/password');
      await expect(heading(page, 'Change your password')).toBeVisible();
    },
  },
  {
    name: 'devices',
    open: async (page) => {
      const person = await register(page);
      await useTokenTwice(person);
      await signInElsewhere(person);
      await page.goto('/devices');
      await expect(page.getByRole('button', { name: 'End all others…' })).toBeVisible();
    },
  },
  {
    name: 'devices-only-one',
    open: async (page) => {
      await register(page);
      await page.goto('/devices');
      await expect(page.getByText('You are signed in nowhere else.')).toBeVisible();
    },
  },
  {
    name: 'devices-unreachable',
    open: async (page) => {
      await openSignedIn(page);
      await page.route('**/api/sessions', (route) => route.abort());
      await page.getByRole('link', { name: 'Devices' }).click();
      await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
    },
  },
  {
    name: 'activity',
    open: async (page) => {
      const person = await register(page);
      await useTokenTwice(person);
      await signInElsewhere({ ...person, password: 'wrong' });
      await signInElsewhere({ ...person, password: 'wrong' });
      await page.goto('/activity');
      await expect(page.getByText('wrong password, 2 times')).toBeVisible();
    },
  },
  {
    name: 'activity-not-me',
    open: async (page) => {
      await signInElsewhere(await register(page));
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
      await page.getByRole('button', { name: 'Make token' }).click();
      await page.getByRole('button', { name: 'Done' }).click();
      await fillIn(page, { Name: 'The shop', 'Audience (optional)': 'https://shop.example.com' });
      await page.getByRole('button', { name: 'Make token' }).click();
      await expect(page.getByLabel('The token')).toBeVisible();
    },
  },
  {
    name: 'tokens-revoke',
    open: async (page) => {
      await register(page);
      await page.goto('/tokens');
      await fillIn(page, { Name: 'Nightly backup' });
      await page.getByRole('button', { name: 'Make token' }).click();
      await page.getByRole('button', { name: 'Revoke… Nightly backup' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'inspector-stranger',
    open: async (page) => {
      await page.goto('/inspector');
      await page.getByLabel('A token (JWT)').fill('eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.bm8gSlNPTg.AAEC');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  {
    name: 'inspector',
    open: async (page) => {
      await register(page);
      await page.goto('/inspector');
      await page.getByRole('button', { name: 'Take your own' }).click();
      await expect(page.getByText('The signature is right')).toBeVisible();
    },
  },
  {
    name: 'goodbye',
    open: async (page) => {
      await page.goto('/goodbye');
      await expect(heading(page, 'Your account was deleted')).toBeVisible();
    },
  },
  {
    name: 'not-found',
    open: async (page) => {
      await page.goto('/no/such/page');
      await expect(heading(page, 'There is no such page')).toBeVisible();
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

/** Colors that change gradually are at their end. */
const endOfTransitions = (page: Page): Promise<unknown> =>
  page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation instanceof CSSTransition)
        .map(({ finished }) => finished),
    ),
  );

/** For people to look at; taking them costs more than the checks. */
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
    test(`${name} has nothing that axe finds in either theme, and fits a small phone`, async ({ page }) => {
      await open(page);
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme });
        await endOfTransitions(page);
        // Legacy: without a second page, which only frames need.
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        expect(violations, colorScheme).toEqual([]);
      }
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `no sideways scrolling at ${width} px`).toBeLessThanOrEqual(0);
        if (process.env.E2E_SCREENSHOTS) await takeScreenshots(page, `${name}-${width}`);
      }
    });
  }
});

test('a client that follows the OpenAPI document signs out with its token', async ({ page, request }) => {
  const { username, password } = await register(page);
  const { access_token } = await (await request.post('/api/sessions/login', { data: { username, password } })).json();
  const headers = { authorization: `Bearer ${access_token}` };
  await page.goto('/api/docs');
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const dialog = page.locator('.modal-ux');
  await dialog.getByRole('textbox').first().fill(access_token);
  await dialog.getByRole('button', { name: 'Apply credentials' }).click();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByText('End the session that the access token').click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  expect((await request.get('/api/accounts/me', { headers })).status()).toBe(200);
  const answer = page.waitForResponse(/\/api\/sessions\/logout$/);
  await page.getByRole('button', { name: 'Execute' }).click();
  expect((await answer).status()).toBe(204);
  expect((await request.get('/api/accounts/me', { headers })).status()).toBe(401);
});

test('the API documentation keeps to the strict policy, can be tried, and shows no other document than ours', async ({
  page,
}) => {
  const strangers: string[] = [];
  page.on('request', (request) => {
    if (!/^(http:\/\/localhost:|data:)/.test(request.url())) strangers.push(request.url());
  });
  const evil = 'https://evil.example/openapi.json';
  await page.goto(`/api/docs?${new URLSearchParams({ url: evil, configUrl: evil })}`);
  await expect(page.getByRole('heading', { name: /^Latchkey/ })).toBeVisible();
  await page.getByText('Is the process running?').click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await expect(page.getByText('"status": "ok"').first()).toBeVisible();
  await page.screenshot({ path: 'test-results/pages/api-docs.png' });
  await page.getByRole('button', { name: '/api/sessions/login' }).first().click();
  await expect(page.locator('.opblock.is-open')).toHaveCount(2);
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  await page.locator('.modal-ux').getByRole('textbox').first().fill('a token');
  expect(strangers).toEqual([]);
});
