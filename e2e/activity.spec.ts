import type { BrowserContext, Page } from '@playwright/test';
import { firefoxOnAndroid, reuseRefreshToken, signInWithApi } from './api-client.ts';
import {
  type Credentials,
  expect,
  fillIn,
  heading,
  logIn,
  openFromMenu,
  openSignedIn,
  recently,
  register,
  signIn,
  test,
} from './fixtures.ts';
import { mainServer } from './servers.ts';

const onAndroid = 'Firefox 140 on Android 16 · 127.0.0.1';

const lines = (page: Page) => page.getByRole('main').getByRole('listitem');

const failSignIns = async (credentials: Credentials, times: number): Promise<void> => {
  for (let n = 0; n < times; n++) {
    expect((await signInWithApi({ ...credentials, password: 'wrong' })).status).toBe(401);
  }
};

const post = async (path: string, token: string, body: object) => {
  const answer = await fetch(mainServer.origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': firefoxOnAndroid },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() };
};

/** Opens a second browser, signed in as the same user. */
const openPhone = async (context: BrowserContext, credentials: Credentials): Promise<Page> => {
  const phone = await (await context.browser()?.newContext({ userAgent: firefoxOnAndroid }))?.newPage();
  if (!phone) throw new Error('no second browser');
  await logIn(phone, credentials);
  await phone.goto('/profile');
  await expect(heading(phone, 'Your profile')).toBeVisible();
  return phone;
};

test('the page lists the account’s events with time and place, newest first', async ({ page }) => {
  const credentials = await register(page);
  const { body: phone } = await signInWithApi(credentials);
  await post('/api/tokens', phone.access_token, { name: 'Nightly backup' });
  await reuseRefreshToken(credentials);
  await page.goto('/tokens');
  await page.getByRole('button', { name: 'Revoke… Nightly backup' }).click();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(page.getByText('No tokens yet.')).toBeVisible();

  await openFromMenu(page, 'Activity');
  await expect(page.getByRole('heading', { level: 2, name: 'Today' })).toBeVisible();
  const expected = [
    /^API token “Nightly backup” was revoked This device.* · (just now|[1-9] minutes? ago)$/,
    /^A session was ended to protect you: its token was used twice Unusual/,
    /^You signed in/,
    /^API token “Nightly backup” was created/,
    /^You signed in/,
    /^You created this account This device/,
  ];
  await expect(lines(page)).toHaveText(expected);
  for (const n of [1, 2, 3, 4])
    await expect(lines(page).nth(n)).toContainText(new RegExp(`${onAndroid} · ${recently}`));
  await expect(page.getByText('No older activity.')).toBeVisible();
  // Not for events from this device.
  await expect(page.getByRole('button', { name: /^This wasn’t me/ })).toHaveCount(4);
});

test('password guesses share one line, which leads to a password change and ends no session', async ({ page }) => {
  const credentials = await register(page);
  await failSignIns(credentials, 3);
  await signInWithApi(credentials);
  await failSignIns(credentials, 7);
  await page.goto('/activity');
  await expect(lines(page)).toHaveText([
    new RegExp(`wrong password, 7 times Unusual.*Nobody was signed in.*${onAndroid} · last ${recently}`),
    /^You signed in/,
    /wrong password, 3 times/,
    /^You created this account/,
  ]);
  await expect(lines(page).first().getByRole('button')).toHaveCount(0);
  await lines(page).first().getByRole('link', { name: 'Change password' }).click();
  await expect(heading(page, 'Change password')).toBeVisible();
  await expect(page.getByText('All other devices were signed out.')).toHaveCount(0);
});

test('"This wasn’t me" ends all other sessions, revokes API tokens, and leads to a password change', async ({
  page,
  context,
}) => {
  const credentials = await register(page);
  const phone = await openPhone(context, credentials);
  const { body: stolen } = await signInWithApi(credentials);
  const { body: token } = await post('/api/tokens', stolen.access_token, { name: 'kiosk' });
  await page.goto('/activity');
  const line = lines(page).filter({ hasText: 'You signed in' }).first();

  await line.getByRole('button', { name: 'This wasn’t me' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await phone.reload();
  await expect(heading(phone, 'Your profile')).toBeVisible();

  await line.getByRole('button', { name: 'This wasn’t me' }).click();
  await expect(page.getByRole('dialog')).toContainText('This signs out all other devices and revokes all API tokens.');
  await page.getByRole('button', { name: 'Sign out other devices' }).click();
  await expect(heading(page, 'Change password')).toBeFocused();
  await expect(page.getByText('All other devices were signed out. Choose a new password now')).toBeVisible();
  await phone.reload();
  await expect(heading(phone, 'Sign in')).toBeVisible();
  const used = await fetch(`${mainServer.origin}/api/tokens/current`, {
    headers: { authorization: `Bearer ${token.access_token}` },
  });
  expect(used.status).toBe(401);

  await fillIn(page, { 'Current password': credentials.password, 'New password': 'nine yellow ladders' });
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  expect((await signInWithApi(credentials)).status).toBe(401);
  expect((await signInWithApi({ ...credentials, password: 'nine yellow ladders' })).status).toBe(200);

  await openFromMenu(page, 'Activity');
  await expect(lines(page).filter({ hasText: 'You reported an event you didn’t recognize' })).toHaveCount(1);
  await expect(lines(page).filter({ hasText: 'You reported this.' })).toHaveCount(1);
});

test('a session that two browsers share is ended in both, and sign-in leads to a password change', async ({
  page,
  context,
}) => {
  const credentials = await openSignedIn(page);
  const cookies = await context.cookies();
  const { value } = cookies.find(({ name }) => name.includes('refresh')) ?? { value: '' };
  const attacker = await post('/api/sessions/refresh', '', { refresh_token: value });
  expect(attacker.status).toBe(200);

  await openFromMenu(page, 'Activity');
  const line = lines(page).filter({ hasText: 'This session continued in a different browser (before: Chrome' });
  await expect(line).toContainText(onAndroid);
  await expect(line).not.toContainText('This device');
  await line.getByRole('button', { name: 'This wasn’t me' }).click();
  await page.getByRole('button', { name: 'Sign out all devices' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  const next = await post('/api/sessions/refresh', '', { refresh_token: attacker.body.refresh_token });
  expect([next.status, next.body.code]).toEqual([401, 'session_ended']);
  await signIn(page, credentials);
  await expect(heading(page, 'Change password')).toBeVisible();
});

test('older events load on request, and everything works by keyboard', async ({ page }) => {
  const credentials = await register(page);
  const { body: phone } = await signInWithApi(credentials);
  for (let n = 1; n <= 60; n++) {
    expect((await post('/api/tokens', phone.access_token, { name: `token ${n}` })).status).toBe(201);
  }
  await page.goto('/activity');
  await expect(lines(page)).toHaveCount(50);
  await expect(lines(page).first()).toContainText('“token 60”');

  await test.step('a lost connection shows an error, and keeps the list and the focus', async () => {
    const showOlder = page.getByRole('button', { name: 'Show older' });
    await showOlder.focus();
    await page.route('**/api/activity?*', (route) => route.abort());
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('Can’t reach the server.');
    await expect(lines(page)).toHaveCount(50);
    await expect(showOlder).toBeFocused();
    await page.unroute('**/api/activity?*');
  });

  await page.keyboard.press('Enter');
  await expect(lines(page)).toHaveCount(62);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(lines(page).nth(50)).toBeFocused();
  await expect(lines(page).nth(50)).toContainText('“token 10”');
  await expect(page.getByRole('button', { name: 'Show older' })).toHaveCount(0);
  await expect(page.getByText('No older activity.')).toBeVisible();

  await page.keyboard.press('Tab');
  const report = lines(page)
    .nth(50)
    .getByRole('button', { name: /^This wasn’t me.*token 10/ });
  await expect(report).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(report).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Sign out other devices' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Change password')).toBeFocused();
});

test('if the list cannot be loaded, the page says what to do', async ({ page }) => {
  await openSignedIn(page);
  await page.route('**/api/activity', (route) => route.abort());
  await openFromMenu(page, 'Activity');
  await expect(page.getByRole('alert')).toContainText('Can’t reach the server. Check your connection');
  await page.unroute('**/api/activity');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(lines(page)).toHaveText([/^You created this account/]);
});
