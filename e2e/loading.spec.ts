import type { Page } from '@playwright/test';
import { expect, heading, openSignedIn, signIn, test } from './fixtures.ts';
import { registerElsewhere } from './strangers.ts';

/** The first requests for a file of the web app fail. */
const failFirst = async (page: Page, file: string, failures: number): Promise<void> => {
  let left = failures;
  await page.route(`**/assets/${file}-*.js`, (route) => (left-- > 0 ? route.abort() : route.continue()));
};

const countLoads = (page: Page): (() => number) => {
  let loads = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads++;
  });
  return () => loads;
};

test('a part of the app that cannot be loaded at first is asked for again', async ({ page }) => {
  await openSignedIn(page);
  const loads = countLoads(page);
  await failFirst(page, 'devices-page', 1);
  await page.getByRole('link', { name: 'Devices' }).click();
  await expect(heading(page, 'Your devices')).toBeVisible();
  expect(loads()).toBe(0);
});

test('a part of the app that is gone since an update loads the page again, once', async ({ context }) => {
  // Not the usual page, where it would be a fault that React reports the error.
  const page = await context.newPage();
  await openSignedIn(page);
  const loads = countLoads(page);
  await failFirst(page, 'devices-page', Number.POSITIVE_INFINITY);
  await page.getByRole('link', { name: 'Devices' }).click();
  await expect(heading(page, 'This page could not be shown')).toBeVisible();
  expect(loads()).toBe(1);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Load again' }).click();
  await expect(heading(page, 'Your devices')).toBeVisible();
});

test('a browser that is offline keeps the page, and says what to do', async ({ context }) => {
  const page = await context.newPage();
  await openSignedIn(page);
  const loads = countLoads(page);
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Devices' }).click();
  await expect(heading(page, 'This page could not be shown')).toBeVisible();
  expect(loads()).toBe(0);
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Load again' }).click();
  await expect(heading(page, 'Your devices')).toBeVisible();
});

test('a sign-in form whose code cannot be loaded at first signs in', async ({ page }) => {
  const person = await registerElsewhere();
  await page.goto('/login');
  await failFirst(page, 'axios', 1);
  await signIn(page, person);
  await expect(heading(page, 'Your profile')).toBeVisible();
});

test('a sign-in form whose code is gone since an update says to load the page again', async ({ page }) => {
  const person = await registerElsewhere();
  await page.goto('/login');
  await failFirst(page, 'axios', Number.POSITIVE_INFINITY);
  await signIn(page, person);
  await expect(page.getByRole('alert')).toHaveText('Something went wrong in this page. Load it again.');
});
