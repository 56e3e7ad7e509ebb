import type { BrowserContext, Page } from '@playwright/test';
import { expiredToken, openFiveTabs, runRounds } from './five-tabs.ts';
import { expect, fillIn, heading, logIn, newPerson, openSignedIn, recently, signIn, signUp, test } from './fixtures.ts';
import { shortLived, usual } from './servers.ts';
import { firefoxOnAndroid, registerElsewhere, useTokenTwice } from './strangers.ts';
import { expectNoToken } from './traces.ts';

test('no token is in storage, history, an address or a readable cookie, whatever one does', async ({
  page,
  context,
}) => {
  const addresses: string[] = [];
  context.on('request', (request) => addresses.push(request.url(), request.headers().referer ?? ''));
  await signUp(page);
  expect((await context.cookies()).map(({ name }) => name)).toContain(`latchkey_refresh_${usual.port}`);
  await expectNoToken(page);
  for (const [path, title] of [
    ['/profile', 'Your profile'],
    ['/password', 'Change your password'],
    ['/devices', 'Your devices'],
    ['/activity', 'Your activity'],
    ['/inspector', 'Token inspector'],
    ['/tokens', 'Your tokens'],
  ] as const) {
    // Each load refreshes.
    await page.goto(path);
    await expect(heading(page, title)).toBeVisible();
    await expectNoToken(page);
    expect(await page.content()).not.toContain('eyJ');
  }
  await fillIn(page, { Name: 'Nightly backup' });
  await page.getByRole('button', { name: 'Make token' }).click();
  await expect(page.getByLabel('The token')).toHaveValue(/^eyJ/);
  await expectNoToken(page);
  await page.getByRole('link', { name: 'Inspector' }).click();
  await page.getByRole('button', { name: 'Take your own' }).click();
  await expect(page.getByLabel('A token (JWT)')).toHaveValue(/^eyJ/);
  await expectNoToken(page);
  await page.getByRole('link', { name: 'Profile' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('A token (JWT)')).toHaveValue('');
  await page.goBack();
  await expect(heading(page, 'Your tokens')).toBeVisible();
  expect(await page.content()).not.toContain('eyJ');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expectNoToken(page, false);
  const { cookies, origins } = await context.storageState();
  expect([cookies.filter(({ name }) => name.includes('refresh')), origins]).toEqual([[], []]);
  expect(addresses.length).toBeGreaterThan(100);
  expect(addresses.filter((address) => address.includes('eyJ'))).toEqual([]);
});

test('signing in leads back to pages of this site only', async ({ page }) => {
  const person = await registerElsewhere();
  await page.goto('/login?return-to=//evil.example/profile');
  await signIn(page, person);
  await expect(heading(page, 'Your profile')).toBeVisible();
  // Who is signed in already is sent on at once.
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

test('a lost connection signs nobody out, and says what to do', async ({ page, context }) => {
  await openSignedIn(page);
  await context.route('**/api/**', (route) => route.abort());
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
  await context.unroute('**/api/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

/** Ends as often as asked with what a server says in trouble, then lets through. */
const failing = (page: Page, address: string, answers: readonly Answer[]) => {
  const left = [...answers];
  return page.context().route(address, (route) => {
    const answer = left.shift();
    if (!answer) return route.fallback();
    if (answer === 'cut') return route.abort();
    const { code, status } = answer;
    const body = { type: code, title: code, status, detail: 'Not now.', code, requestId: 'r' };
    const headers = { 'retry-after': String(answer.retryAfter) };
    return route.fulfill({ status, headers, contentType: 'application/problem+json', body: JSON.stringify(body) });
  });
};
type Answer = 'cut' | { code: string; status: number; retryAfter: number };
const unavailable: Answer = { code: 'unavailable', status: 503, retryAfter: 1 };
const tooMany: Answer = { code: 'too_many_attempts', status: 429, retryAfter: 900 };

/** Notes every text that an element shows, however briefly. */
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

test('trouble that passes while refreshing is not even seen', async ({ page }) => {
  await openSignedIn(page);
  await failing(page, '**/api/sessions/refresh', [unavailable, 'cut']);
  await page.reload();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

for (const [name, answer, words] of [
  ['no network', 'cut', 'The server cannot be reached.'],
  ['a 503', unavailable, 'Not now. Try again in 1 second.'],
  ['a 429', tooMany, 'Try again in 15 minutes.'],
] as const) {
  test(`${name} while refreshing signs nobody out, and is said in words`, async ({ page }) => {
    await openSignedIn(page);
    await failing(page, '**/api/sessions/refresh', [answer, answer, answer]);
    await page.reload();
    await expect(page.getByRole('alert')).toContainText(words);
    await expect(page.getByText('You are still signed in')).toBeVisible();
    await page.context().unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(heading(page, 'Your profile')).toBeVisible();
  });
}

test('a browser that is offline says so at once', async ({ page, context }) => {
  await openSignedIn(page);
  await page.getByRole('link', { name: 'Devices' }).click();
  await expect(page.getByText('This device')).toBeVisible();
  await page.getByRole('link', { name: 'Tokens' }).click();
  await page.getByRole('link', { name: 'Profile' }).click();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('alert')).toContainText('You may still be signed in. The server cannot be reached.');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
});

test('signing in, and signing out, take every tab along', async ({ context }) => {
  const [first, second, third] = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
  await second.goto('/devices');
  await third.goto('/login');
  await expect(heading(second, 'Sign in')).toBeVisible();
  await expect(heading(third, 'Sign in')).toBeVisible();

  await signUp(first);
  await expect(heading(second, 'Your devices')).toBeVisible();
  await expect(heading(third, 'Your profile')).toBeVisible();

  await third.getByRole('button', { name: 'Sign out' }).click();
  for (const tab of [first, second, third]) await expect(heading(tab, 'Sign in')).toBeVisible();
  await second.goto('/devices');
  await expect(heading(second, 'Sign in')).toBeVisible();
});

test('another person who signs in takes over every tab, and nothing of the first is left in them', async ({
  context,
}) => {
  const [first, second] = await Promise.all([context.newPage(), context.newPage()]);
  const ada = await signUp(first);
  await second.goto('/tokens');
  await fillIn(second, { Name: 'of the first' });
  await second.getByRole('button', { name: 'Make token' }).click();
  await expect(second.getByRole('heading', { name: 'of the first' })).toBeVisible();
  // A tab that does not know of the session yet.
  await context.clearCookies({ name: /signed_in/ });
  await first.goto('/register');
  const grace = await signUp(first, newPerson());
  expect(grace.username).not.toBe(ada.username);
  await expect(second.getByText('You have none.')).toBeVisible();
  await expect(second.getByText('of the first')).toHaveCount(0);
});

for (const hours of [-9, 9]) {
  test(`a browser clock that is wrong by ${hours} hours changes nothing`, async ({ browser }) => {
    const context = await browser.newContext({ baseURL: shortLived.origin });
    await context.clock.install({ time: Date.now() + hours * 3_600_000 });
    const page = await context.newPage();
    await signUp(page);
    // By now the access token has died: the API says so, and not the browser's clock.
    await expiredToken(context);
    await page.getByRole('link', { name: 'Tokens' }).click();
    await expect(page.getByText('You have none.')).toBeVisible();
    await page.getByRole('link', { name: 'Devices' }).click();
    await expect(page.getByText(new RegExp(`last seen ${recently} · signed in ${recently}`))).toBeVisible();
    await page.getByRole('link', { name: 'Inspector' }).click();
    const shown = await recordTexts(page, '#life-left');
    await page.getByRole('button', { name: 'Take your own' }).click();
    await expect(page.getByText(/^Expired (just now|[1-9] minutes? ago)\.$/)).toBeVisible();
    expect((await shown())[0]).toMatch(/^[0-5] seconds? left of 5 seconds\.$/);
    await context.close();
  });
}

test('a device that is ended from another is out at its next look', async ({ page, browser }) => {
  const person = await openSignedIn(page);
  const elsewhere = await (await browser.newContext({ userAgent: firefoxOnAndroid })).newPage();
  await logIn(elsewhere, person);
  await elsewhere.goto('/profile');
  await expect(heading(elsewhere, 'Your profile')).toBeVisible();

  await page.getByRole('link', { name: 'Devices' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'This device' })).toHaveCount(1);
  await expect(page.getByRole('listitem').filter({ hasText: 'Firefox 140 on Android 16' })).toHaveCount(1);
  await page.getByRole('button', { name: 'End the session of Firefox 140 on Android 16' }).click();
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible();

  await elsewhere.getByRole('link', { name: 'Tokens' }).click();
  await expect(heading(elsewhere, 'Sign in')).toBeVisible();
  await elsewhere.goto('/profile');
  await expect(heading(elsewhere, 'Sign in')).toBeVisible();
});

test('who is not alone in the account signs everybody else out while signing in', async ({ page, browser }) => {
  const person = await openSignedIn(page);
  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto('/login');
  await elsewhere.getByLabel('Sign out everywhere else').check();
  await signIn(elsewhere, person);
  await expect(heading(elsewhere, 'Your profile')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Sign in')).toBeVisible();
});

test('all other devices are ended at once, after asking', async ({ page, browser }) => {
  const person = await openSignedIn(page);
  const others = await Promise.all(
    [1, 2].map(async () => {
      const other = await (await browser.newContext()).newPage();
      await logIn(other, person);
      await other.goto('/profile');
      await expect(heading(other, 'Your profile')).toBeVisible();
      return other;
    }),
  );
  await page.goto('/devices');
  await page.getByRole('button', { name: 'End all others…' }).click();
  await page.getByRole('button', { name: 'Keep them' }).click();
  await expect(page.getByRole('button', { name: /^End the session/ })).toHaveCount(2);
  await page.getByRole('button', { name: 'End all others…' }).click();
  await page.getByRole('button', { name: 'End all others', exact: true }).click();
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible();
  await expect(heading(page, 'Your devices')).toBeFocused();
  for (const other of others) {
    await other.reload();
    await expect(heading(other, 'Sign in')).toBeVisible();
  }
});

test('a sign-in whose token was used twice is shown apart, with what to do', async ({ page }) => {
  const person = await openSignedIn(page);
  await useTokenTwice(person);
  await page.goto('/devices');
  const warning = page.getByRole('region', { name: 'A sign-in was ended to protect you' });
  await expect(warning).toContainText('Firefox 140 on Android 16');
  await warning.getByRole('link', { name: 'Change password' }).click();
  await expect(heading(page, 'Change your password')).toBeVisible();
});

test('five tabs whose tokens have died, some answers lost on the way, never see the sign-in page', async ({
  browser,
}) => {
  // `pnpm bench five-tabs` asks for more.
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

test('a session that was ended elsewhere sends to sign-in at the next look', async ({ page, context }) => {
  const person = await openSignedIn(page);
  const other = await context.browser()?.newContext();
  const elsewhere = await other?.newPage();
  if (!elsewhere) throw new Error('no second browser');
  await logIn(elsewhere, person);
  await elsewhere.goto('/password');
  await elsewhere.getByLabel('Present password', { exact: true }).fill(person.password);
  await elsewhere.getByLabel('New password', { exact: true }).fill('nine yellow ladders');
  await elsewhere.getByRole('button', { name: 'Change password' }).click();
  await expect(elsewhere.getByText('Your password was changed.')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Sign in')).toBeVisible();
});
