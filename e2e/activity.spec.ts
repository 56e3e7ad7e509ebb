import type { BrowserContext, Page } from '@playwright/test';
import {
  expect,
  fillIn,
  heading,
  logIn,
  openSignedIn,
  type Person,
  recently,
  register,
  signIn,
  test,
} from './fixtures.ts';
import { usual } from './servers.ts';
import { firefoxOnAndroid, signInElsewhere, useTokenTwice } from './strangers.ts';

const onAndroid = 'Firefox 140 on Android 16 · 127.0.0.1';

const lines = (page: Page) => page.getByRole('main').getByRole('listitem');

const guess = async (person: Person, times: number): Promise<void> => {
  for (let n = 0; n < times; n++) {
    expect((await signInElsewhere({ ...person, password: 'wrong' })).status).toBe(401);
  }
};

const post = async (path: string, token: string, body: object) => {
  const answer = await fetch(usual.origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': firefoxOnAndroid },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() };
};

/** The person's phone, in a browser of its own. */
const openPhone = async (context: BrowserContext, person: Person): Promise<Page> => {
  const phone = await (await context.browser()?.newContext({ userAgent: firefoxOnAndroid }))?.newPage();
  if (!phone) throw new Error('no second browser');
  await logIn(phone, person);
  await phone.goto('/profile');
  await expect(heading(phone, 'Your profile')).toBeVisible();
  return phone;
};

test('what one did stands there in plain words, with when and where, the newest first', async ({ page }) => {
  const person = await register(page);
  const { body: phone } = await signInElsewhere(person);
  await post('/api/tokens', phone.access_token, { name: 'Nightly backup' });
  await useTokenTwice(person);
  await page.goto('/tokens');
  await page.getByRole('button', { name: 'Revoke… Nightly backup' }).click();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(page.getByText('You have none.')).toBeVisible();

  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Today' })).toBeVisible();
  const said = [
    /^The token “Nightly backup” was revoked This device.* · (just now|[1-9] minutes? ago)$/,
    /^A sign-in was ended to protect you: its token was used twice Worth a look/,
    /^You signed in/,
    /^The token “Nightly backup” was made/,
    /^You signed in/,
    /^You made this account This device/,
  ];
  await expect(lines(page)).toHaveText(said);
  for (const n of [1, 2, 3, 4])
    await expect(lines(page).nth(n)).toContainText(new RegExp(`${onAndroid} · ${recently}`));
  await expect(page.getByText('There is nothing older.')).toBeVisible();
  // Not for what this device did.
  await expect(page.getByRole('button', { name: /^This wasn’t me/ })).toHaveCount(4);
});

test('who guesses at the password fills one line, which leads to a new password and signs nobody out', async ({
  page,
}) => {
  const person = await register(page);
  await guess(person, 3);
  await signInElsewhere(person);
  await guess(person, 7);
  await page.goto('/activity');
  await expect(lines(page)).toHaveText([
    new RegExp(`wrong password, 7 times Worth a look.*did not get in.*${onAndroid} · last ${recently}`),
    /^You signed in/,
    /wrong password, 3 times/,
    /^You made this account/,
  ]);
  await expect(lines(page).first().getByRole('button')).toHaveCount(0);
  await lines(page).first().getByRole('link', { name: 'Change password' }).click();
  await expect(heading(page, 'Change your password')).toBeVisible();
  await expect(page.getByText('Everybody else is signed out.')).toHaveCount(0);
});

test('"this wasn’t me" signs everybody else out, ends tokens, and leads to a new password', async ({
  page,
  context,
}) => {
  const person = await register(page);
  const phone = await openPhone(context, person);
  const { body: stolen } = await signInElsewhere(person);
  const { body: token } = await post('/api/tokens', stolen.access_token, { name: 'kiosk' });
  await page.goto('/activity');
  const line = lines(page).filter({ hasText: 'You signed in' }).first();

  await line.getByRole('button', { name: 'This wasn’t me' }).click();
  await page.getByRole('button', { name: 'It was me' }).click();
  await phone.reload();
  await expect(heading(phone, 'Your profile')).toBeVisible();

  await line.getByRole('button', { name: 'This wasn’t me' }).click();
  await expect(page.getByRole('dialog')).toContainText(
    'Every other device is signed out, and all tokens for services end.',
  );
  await page.getByRole('button', { name: 'Sign everybody else out' }).click();
  await expect(heading(page, 'Change your password')).toBeFocused();
  await expect(page.getByText('Everybody else is signed out. Choose a new password now')).toBeVisible();
  await phone.reload();
  await expect(heading(phone, 'Sign in')).toBeVisible();
  const used = await fetch(`${usual.origin}/api/tokens/current`, {
    headers: { authorization: `Bearer ${token.access_token}` },
  });
  expect(used.status).toBe(401);

  await fillIn(page, { 'Present password': person.password, 'New password': 'nine yellow ladders' });
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  expect((await signInElsewhere(person)).status).toBe(401);
  expect((await signInElsewhere({ ...person, password: 'nine yellow ladders' })).status).toBe(200);

  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(lines(page).filter({ hasText: 'You said that something was not you' })).toHaveCount(1);
  await expect(lines(page).filter({ hasText: 'You said that this was not you.' })).toHaveCount(1);
});

test('a sign-in that two browsers share is ended in both, and its owner comes back to a new password', async ({
  page,
  context,
}) => {
  const person = await openSignedIn(page);
  const cookies = await context.cookies();
  const { value } = cookies.find(({ name }) => name.includes('refresh')) ?? { value: '' };
  const thief = await post('/api/sessions/refresh', '', { refresh_token: value });
  expect(thief.status).toBe(200);

  await page.getByRole('link', { name: 'Activity' }).click();
  const line = lines(page).filter({ hasText: 'This sign-in went on in another browser than before (it was Chrome' });
  await expect(line).toContainText(onAndroid);
  await expect(line).not.toContainText('This device');
  await line.getByRole('button', { name: 'This wasn’t me' }).click();
  await page.getByRole('button', { name: 'Sign everybody out' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  const next = await post('/api/sessions/refresh', '', { refresh_token: thief.body.refresh_token });
  expect([next.status, next.body.code]).toEqual([401, 'session_ended']);
  await signIn(page, person);
  await expect(heading(page, 'Change your password')).toBeVisible();
});

test('older events come when asked for, and all of it goes by keyboard', async ({ page }) => {
  const person = await register(page);
  const { body: phone } = await signInElsewhere(person);
  for (let n = 1; n <= 60; n++) {
    expect((await post('/api/tokens', phone.access_token, { name: `token ${n}` })).status).toBe(201);
  }
  await page.goto('/activity');
  await expect(lines(page)).toHaveCount(50);
  await expect(lines(page).first()).toContainText('“token 60”');

  await test.step('a lost connection is said, and keeps what is there and where one is', async () => {
    const showOlder = page.getByRole('button', { name: 'Show older' });
    await showOlder.focus();
    await page.route('**/api/activity?*', (route) => route.abort());
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
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
  await expect(page.getByText('There is nothing older.')).toBeVisible();

  await page.keyboard.press('Tab');
  const notMe = lines(page)
    .nth(50)
    .getByRole('button', { name: /^This wasn’t me.*token 10/ });
  await expect(notMe).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'It was me' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(notMe).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Change your password')).toBeFocused();
});

test('where the list cannot be loaded, the page says what to do', async ({ page }) => {
  await openSignedIn(page);
  await page.route('**/api/activity', (route) => route.abort());
  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached. Check your connection');
  await page.unroute('**/api/activity');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(lines(page)).toHaveText([/^You made this account/]);
});
