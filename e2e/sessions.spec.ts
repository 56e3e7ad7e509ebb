import type { BrowserContext, Page } from '@playwright/test';
import { firefoxOnAndroid, registerWithApi, reuseRefreshToken, signInWithApi } from './api-client.ts';
import { expectNoToken } from './expect-no-token.ts';
import { expiredToken, openFiveTabs, runRounds } from './five-tabs.ts';
import {
  expect,
  fillIn,
  heading,
  logIn,
  newCredentials,
  openFromMenu,
  openSignedIn,
  recently,
  signIn,
  signOut,
  signUp,
  test,
} from './fixtures.ts';
import { mainServer, shortLived } from './servers.ts';

test('no token is in storage, history, an address or a readable cookie', async ({ page, context }) => {
  const addresses: string[] = [];
  context.on('request', (request) => addresses.push(request.url(), request.headers().referer ?? ''));
  await signUp(page);
  expect((await context.cookies()).map(({ name }) => name)).toContain(`latchkey_refresh_${mainServer.port}`);
  await expectNoToken(page);
  for (const [path, title] of [
    ['/profile', 'Your profile'],
    ['/password', 'Change password'],
    ['/devices', 'Your sessions'],
    ['/activity', 'Your activity'],
    ['/inspector', 'Token inspector'],
    ['/tokens', 'API tokens'],
  ] as const) {
    // Each page load refreshes the token.
    await page.goto(path);
    await expect(heading(page, title)).toBeVisible();
    await expectNoToken(page);
    expect(await page.content()).not.toContain('eyJ');
  }
  await fillIn(page, { Name: 'Nightly backup' });
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(page.getByLabel('API token', { exact: true })).toHaveValue(/^eyJ/);
  await expectNoToken(page);
  await openFromMenu(page, 'Inspector');
  await page.getByRole('button', { name: 'Inspect my token' }).click();
  await expect(page.getByLabel('Token (JWT)')).toHaveValue(/^eyJ/);
  await expectNoToken(page);
  await page.getByRole('link', { name: 'Profile' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('Token (JWT)')).toHaveValue('');
  await page.goBack();
  await expect(heading(page, 'API tokens')).toBeVisible();
  expect(await page.content()).not.toContain('eyJ');

  await signOut(page);
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expectNoToken(page, false);
  const { cookies, origins } = await context.storageState();
  expect([cookies.filter(({ name }) => name.includes('refresh')), origins]).toEqual([[], []]);
  expect(addresses.length).toBeGreaterThan(100);
  expect(addresses.filter((address) => address.includes('eyJ'))).toEqual([]);
});

test('sign-in redirects only to pages of this site', async ({ page }) => {
  const credentials = await registerWithApi();
  await page.goto('/login?return-to=//evil.example/profile');
  await signIn(page, credentials);
  await expect(heading(page, 'Your profile')).toBeVisible();
  // A signed-in user is redirected without the form.
  for (const address of [
    'javascript:alert(1)',
    'data:text/html,evil',
    'https:evil.example',
    '\\\\evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '@evil.example',
    '/login?return-to=//evil.example',
  ]) {
    await page.goto(`/login?${new URLSearchParams({ 'return-to': address })}`);
    await expect(heading(page, 'Your profile'), address).toBeVisible();
    await expect(page).toHaveURL('/profile');
  }
});

test('a lost connection does not end the session, and the page says what to do', async ({ page, context }) => {
  await openSignedIn(page);
  await context.route('**/api/**', (route) => route.abort());
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('Can’t reach the server.');
  await context.unroute('**/api/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

/** Answers the first requests with these failures, then lets requests through. */
const failRequests = (page: Page, address: string, failures: readonly Failure[]) => {
  const remaining = [...failures];
  return page.context().route(address, (route) => {
    const failure = remaining.shift();
    if (!failure) return route.fallback();
    if (failure === 'no response') return route.abort();
    const { code, status } = failure;
    const body = {
      type: `urn:latchkey:problem:${code}`,
      title: code,
      status,
      detail: 'Not now.',
      code,
      requestId: 'r',
    };
    const headers = { 'retry-after': String(failure.retryAfter) };
    return route.fulfill({ status, headers, contentType: 'application/problem+json', body: JSON.stringify(body) });
  });
};
type Failure = 'no response' | { code: string; status: number; retryAfter: number };
const unavailable: Failure = { code: 'unavailable', status: 503, retryAfter: 1 };
const tooMany: Failure = { code: 'too_many_attempts', status: 429, retryAfter: 900 };

/** Records every text that an element shows, however briefly. */
const recordTexts = async (page: Page, selector: string): Promise<() => Promise<string[]>> => {
  const texts: string[] = [];
  const name = `record${selector.replace(/\W/g, '')}`;
  await page.exposeFunction(name, (text: string) => texts.push(text));
  await page.evaluate(
    ([selector, name]) => {
      new MutationObserver(() => {
        const text = document.querySelector(selector)?.textContent;
        if (text) Reflect.apply(Reflect.get(window, name), window, [text]);
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    },
    [selector, name] as const,
  );
  return async () => texts;
};

test('the user does not see a temporary failure of a refresh', async ({ page }) => {
  await openSignedIn(page);
  await failRequests(page, '**/api/sessions/refresh', [unavailable, 'no response']);
  await page.reload();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

for (const [name, failure, text] of [
  ['no network', 'no response', 'Can’t reach the server.'],
  ['a 503', unavailable, 'Not now. Try again in 1 second.'],
  ['a 429', tooMany, 'Try again in 15 minutes.'],
] as const) {
  test(`${name} during a refresh does not end the session, and the page explains it`, async ({ page }) => {
    await openSignedIn(page);
    await failRequests(page, '**/api/sessions/refresh', [failure, failure, failure]);
    await page.reload();
    await expect(page.getByRole('alert')).toContainText(text);
    await expect(page.getByText('You’re still signed in')).toBeVisible();
    await page.context().unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(heading(page, 'Your profile')).toBeVisible();
  });
}

test('an offline browser shows the error without delay', async ({ page, context }) => {
  await openSignedIn(page);
  await openFromMenu(page, 'Sessions');
  await expect(page.getByText('This device')).toBeVisible();
  await openFromMenu(page, 'API tokens');
  await openFromMenu(page, 'Profile');
  await context.setOffline(true);
  await signOut(page);
  await expect(page.getByRole('alert')).toContainText('You may still be signed in. Can’t reach the server.');
  await context.setOffline(false);
  await signOut(page);
  await expect(heading(page, 'Sign in')).toBeVisible();
});

test('signing in and signing out update every tab', async ({ context }) => {
  const [first, second, third] = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
  await second.goto('/devices');
  await third.goto('/login');
  await expect(heading(second, 'Sign in')).toBeVisible();
  await expect(heading(third, 'Sign in')).toBeVisible();

  await signUp(first);
  await expect(heading(second, 'Your sessions')).toBeVisible();
  await expect(heading(third, 'Your profile')).toBeVisible();

  await signOut(third);
  for (const tab of [first, second, third]) await expect(heading(tab, 'Sign in')).toBeVisible();
  await second.goto('/devices');
  await expect(heading(second, 'Sign in')).toBeVisible();
});

test('when another user signs in, every tab switches, and no data of the first user is left', async ({ context }) => {
  const [first, second] = await Promise.all([context.newPage(), context.newPage()]);
  const ada = await signUp(first);
  await second.goto('/tokens');
  await fillIn(second, { Name: 'token of ada' });
  await second.getByRole('button', { name: 'Create token' }).click();
  await expect(second.getByRole('heading', { name: 'token of ada' })).toBeVisible();
  // This tab then behaves as if it did not know about the session.
  await context.clearCookies({ name: /signed_in/ });
  await first.goto('/register');
  const grace = await signUp(first, newCredentials());
  expect(grace.username).not.toBe(ada.username);
  await expect(second.getByText('No tokens yet.')).toBeVisible();
  await expect(second.getByText('token of ada')).toHaveCount(0);
});

for (const hours of [-9, 9]) {
  test(`a browser clock that is wrong by ${hours} hours has no effect`, async ({ browser }) => {
    const context = await browser.newContext({ baseURL: shortLived.origin });
    await context.clock.install({ time: Date.now() + hours * 3_600_000 });
    const page = await context.newPage();
    await signUp(page);
    // The access token has expired by now, according to the API, not to the browser's clock.
    await expiredToken(context);
    await openFromMenu(page, 'API tokens');
    await expect(page.getByText('No tokens yet.')).toBeVisible();
    await openFromMenu(page, 'Sessions');
    await expect(page.getByText(new RegExp(`last seen ${recently} · signed in ${recently}`))).toBeVisible();
    await openFromMenu(page, 'Inspector');
    const shown = await recordTexts(page, '#time-remaining');
    await page.getByRole('button', { name: 'Inspect my token' }).click();
    await expect(page.getByText(/^Expired (just now|[1-9] minutes? ago)\.$/)).toBeVisible();
    expect((await shown())[0]).toMatch(/^[0-5] seconds? left of 5 seconds\.$/);
    await context.close();
  });
}

test('a session that was ended from another device gets the sign-in page at its next request', async ({
  page,
  browser,
}) => {
  const credentials = await openSignedIn(page);
  const phone = await (await browser.newContext({ userAgent: firefoxOnAndroid })).newPage();
  await logIn(phone, credentials);
  await phone.goto('/profile');
  await expect(heading(phone, 'Your profile')).toBeVisible();

  await openFromMenu(page, 'Sessions');
  await expect(page.getByRole('listitem').filter({ hasText: 'This device' })).toHaveCount(1);
  await expect(page.getByRole('listitem').filter({ hasText: 'Firefox 140 on Android 16' })).toHaveCount(1);
  await page.getByRole('button', { name: 'Sign out Firefox 140 on Android 16' }).click();
  await expect(page.getByText('You’re not signed in anywhere else.')).toBeVisible();

  await phone.getByRole('link', { name: 'API tokens' }).click();
  await expect(heading(phone, 'Sign in')).toBeVisible();
  await phone.goto('/profile');
  await expect(heading(phone, 'Sign in')).toBeVisible();
});

test('`endOthers` at sign-in ends every other session', async ({ page, browser }) => {
  const credentials = await openSignedIn(page);
  const otherPage = await (await browser.newContext()).newPage();
  await otherPage.goto('/login');
  await otherPage.getByLabel('Sign out all other devices').check();
  await signIn(otherPage, credentials);
  await expect(heading(otherPage, 'Your profile')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Sign in')).toBeVisible();
});

test('all other devices are signed out after a confirmation', async ({ page, browser }) => {
  const credentials = await openSignedIn(page);
  const others = await Promise.all(
    [1, 2].map(async () => {
      const other = await (await browser.newContext()).newPage();
      await logIn(other, credentials);
      await other.goto('/profile');
      await expect(heading(other, 'Your profile')).toBeVisible();
      return other;
    }),
  );
  await page.goto('/devices');
  await page.getByRole('button', { name: 'Sign out all other devices…' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('listitem').getByRole('button', { name: /^Sign out/ })).toHaveCount(2);
  await page.getByRole('button', { name: 'Sign out all other devices…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByText('You’re not signed in anywhere else.')).toBeVisible();
  await expect(heading(page, 'Your sessions')).toBeFocused();
  for (const other of others) {
    await other.reload();
    await expect(heading(other, 'Sign in')).toBeVisible();
  }
});

test('a session whose token was used twice gets a warning that says what to do', async ({ page }) => {
  const credentials = await openSignedIn(page);
  await reuseRefreshToken(credentials);
  await page.goto('/devices');
  const warning = page.getByRole('region', { name: 'A session was ended to protect you' });
  await expect(warning).toContainText('Firefox 140 on Android 16');
  await warning.getByRole('link', { name: 'Change password' }).click();
  await expect(heading(page, 'Change password')).toBeVisible();
});

test('five tabs with expired tokens and lost responses never show the sign-in page', async ({ browser }) => {
  // `pnpm bench five-tabs` runs more.
  const rounds = Number(process.env.E2E_ROUNDS ?? 10);
  test.setTimeout(rounds * 60_000);
  const contexts: BrowserContext[] = [];
  while (contexts.length < 2) contexts.push(await openFiveTabs(browser));
  const expired = await Promise.all(contexts.map(expiredToken));
  const start = performance.now();
  const counts = await Promise.all(
    contexts.map((context, index) => runRounds(context, expired[index] ?? '', rounds / contexts.length)),
  );
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const sum = (key: 'refreshes' | 'lost') => counts.reduce((total, count) => total + count[key], 0);
  console.log(
    `  ${rounds} rounds in ${seconds} s: ${sum('refreshes')} refreshes, ${sum('lost')} of their answers lost`,
  );
  expect(sum('lost')).toBeGreaterThan(rounds / 3);
});

test('after a password change on another device, the next request leads to the sign-in page', async ({
  page,
  context,
}) => {
  const credentials = await openSignedIn(page);
  const otherContext = await context.browser()?.newContext();
  const otherPage = await otherContext?.newPage();
  if (!otherPage) throw new Error('no second browser');
  await logIn(otherPage, credentials);
  await otherPage.goto('/password');
  await otherPage.getByLabel('Current password', { exact: true }).fill(credentials.password);
  await otherPage.getByLabel('New password', { exact: true }).fill('nine yellow ladders');
  await otherPage.getByRole('button', { name: 'Change password' }).click();
  await expect(otherPage.getByText('Password changed.')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Sign in')).toBeVisible();
});

test('sign-out leads to the plain sign-in page, which says so once', async ({ page }) => {
  await openSignedIn(page, '/devices');
  await signOut(page);
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await expect(page).toHaveURL('/login');
  await page.reload();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.getByText('You are signed out.')).toHaveCount(0);
});

test('when a session ends in the middle of a form, the sign-in page says why, and the form keeps its edits', async ({
  page,
}) => {
  const credentials = await openSignedIn(page);
  await fillIn(page, { Name: 'Ada Lovelace' });
  const { body } = await signInWithApi(credentials);
  const headers = { authorization: `Bearer ${body.access_token}` };
  expect((await fetch(`${mainServer.origin}/api/sessions`, { method: 'DELETE', headers })).status).toBe(204);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Your session has ended. Sign in again to continue.')).toBeVisible();
  await signIn(page, credentials);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
});

test('another user does not get the unsaved edits', async ({ page }) => {
  await openSignedIn(page);
  await fillIn(page, { Name: 'Ada Lovelace' });
  await signOut(page);
  const grace = await registerWithApi();
  await signIn(page, grace);
  await expect(page.getByText(`@${grace.username}`)).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('');
});
