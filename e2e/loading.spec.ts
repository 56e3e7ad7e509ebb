import type { Page } from '@playwright/test';
import { registerWithApi } from './api-client.ts';
import { expect, heading, openSignedIn, register, signIn, test } from './fixtures.ts';

/** Aborts the first requests for a file of the web app. */
const failFirst = async (page: Page, file: string, failures: number): Promise<void> => {
  let left = failures;
  await page.route(`**/assets/${file}-*.js`, (route) => (left-- > 0 ? route.abort() : route.continue()));
};

const countPageLoads = (page: Page): (() => number) => {
  let loads = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads++;
  });
  return () => loads;
};

test('a chunk that fails to load is requested again', async ({ page }) => {
  await openSignedIn(page);
  const loads = countPageLoads(page);
  await failFirst(page, 'sessions-page', 1);
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(heading(page, 'Your sessions')).toBeVisible();
  expect(loads()).toBe(0);
});

test('a chunk that is gone after a deployment reloads the page once', async ({ context }) => {
  // Not the `page` fixture, which fails on the error that React reports.
  const page = await context.newPage();
  await openSignedIn(page);
  const loads = countPageLoads(page);
  await failFirst(page, 'sessions-page', Number.POSITIVE_INFINITY);
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(heading(page, 'This page couldn’t be loaded')).toBeVisible();
  expect(loads()).toBe(1);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Reload page' }).click();
  await expect(heading(page, 'Your sessions')).toBeVisible();
});

test('an offline browser keeps the layout, says what to do, and loads the page when it has a connection', async ({
  context,
}) => {
  const page = await context.newPage();
  await openSignedIn(page);
  const loads = countPageLoads(page);
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(heading(page, 'This page couldn’t be loaded')).toBeVisible();
  await expect(page.getByRole('navigation')).toBeVisible();
  expect(loads()).toBe(0);
  await context.setOffline(false);
  await expect(heading(page, 'Your sessions')).toBeVisible();
});

test('the sign-in form works after its code fails to load once', async ({ page }) => {
  const credentials = await registerWithApi();
  await page.goto('/login');
  await failFirst(page, 'http-client', 1);
  await signIn(page, credentials);
  await expect(heading(page, 'Your profile')).toBeVisible();
});

test('the sign-in form asks for a reload when its code is gone after a deployment', async ({ page }) => {
  const credentials = await registerWithApi();
  await page.goto('/login');
  await failFirst(page, 'http-client', Number.POSITIVE_INFINITY);
  await signIn(page, credentials);
  await expect(page.getByRole('alert')).toHaveText('Something went wrong. Reload the page.');
});

test('the header is there before any script', async ({ page }) => {
  await page.route('**/*.js', (route) => route.abort());
  await page.goto('/login');
  await expect(page.getByRole('banner')).toContainText('Latchkey');
});

test('while a page loads, a spinner takes its place', async ({ page }) => {
  await openSignedIn(page);
  let load = (): void => {};
  const isAllowed = new Promise<void>((resolve) => {
    load = resolve;
  });
  await page.route('**/assets/sessions-page-*.js', async (route) => {
    await isAllowed;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(page.getByText('Loading this page…')).toBeVisible();
  load();
  await expect(heading(page, 'Your sessions')).toBeVisible();
});

test('nothing moves while a page loads', async ({ page }) => {
  await page.addInitScript(() => {
    const seen = { moved: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.moved += 'value' in entry ? Number(entry.value) : 0;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await register(page);
  for (const [path, title] of [
    ['/profile', 'Your profile'],
    ['/tokens', 'API tokens'],
    ['/devices', 'Your sessions'],
  ] as const) {
    await page.goto(path);
    await expect(heading(page, title)).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(0);
    // https://web.dev/articles/cls asks for 0.1.
    expect(await page.evaluate(() => Reflect.get(window, 'seen').moved), path).toBeLessThan(0.02);
  }
});
