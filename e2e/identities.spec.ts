import { expectNoToken } from './expect-no-token.ts';
import { test as base, expect, fillIn, heading, register } from './fixtures.ts';
import { blockFonts, continueWithAcme, newName, registerWithAcme, signInThere } from './provider.ts';
import { identityServer, provider } from './servers.ts';

const { origin } = identityServer;

const test = base.extend({
  page: async ({ page }, use) => {
    await blockFonts(page);
    await use(page);
  },
});

test('a newcomer registers with a provider, and comes back with one press', async ({ page }) => {
  const name = newName();
  await page.goto(`${origin}/login?return-to=%2Factivity`);
  await continueWithAcme(page);
  await signInThere(page, name);

  await expect(heading(page, 'Create an account')).toBeVisible();
  await expect(page.getByText(`You’re signed in with Acme as ${name}@acme.example.`)).toBeVisible();
  await expect(page.getByLabel('User name')).toHaveValue(name);
  await expect(page.getByLabel('Name (optional)')).toHaveValue(`${name} of Acme`);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page, 'Your activity')).toBeVisible();
  await expect(page.getByText('You created this account')).toBeVisible();
  await expectNoToken(page, true, identityServer);

  await page.getByRole('button', { name: /^Account menu/ }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await continueWithAcme(page);
  await expect(heading(page, 'Your profile')).toBeVisible();
  await expect(page.getByText(`@${name}`)).toBeVisible();
});

test('the answer of the provider is in no address, and a used one leads home', async ({ page }) => {
  await registerWithAcme(page);
  await page.context().clearCookies({ domain: 'localhost', name: /latchkey_(refresh|signed_in)/ });
  await page.goto(`${origin}/login`);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await continueWithAcme(page);
  await expect(heading(page, 'Your profile')).toBeVisible();
  const back = requests.find((url) => url.startsWith(`${origin}/api/identities/acme/callback?`)) ?? '';
  const code = new URL(back).searchParams.get('code') ?? 'no code';
  expect(requests.filter((url) => url.includes(code))).toEqual([back]);

  // From the history: the session lives, so it leads home.
  await page.goto(back);
  await expect(heading(page, 'Your profile')).toBeVisible();

  // Without a session a used answer begins anew.
  await page.context().clearCookies({ domain: 'localhost' });
  await page.goto(back);
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.getByText('This sign-in has expired or was already used. Sign in again.')).toBeVisible();
});

test('cancelling at the provider leads back to the sign-in page, and to the page that one came for', async ({
  page,
}) => {
  await page.goto(`${origin}/login?return-to=%2Fdevices`);
  await continueWithAcme(page);
  await page.waitForURL(`${provider.origin}/interaction/**`);
  await page.getByText('[ Cancel ]').click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.getByText('You cancelled the sign-in with Acme.')).toBeVisible();
  await continueWithAcme(page);
  await signInThere(page, newName());
  await expect(heading(page, 'Create an account')).toBeVisible();
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page, 'Your sessions')).toBeVisible();
});

test('a user with a password connects a provider, and disconnects it', async ({ page }) => {
  const { username } = await register(page, undefined, identityServer);
  await page.goto(`${origin}/sign-in-methods`);
  await expect(heading(page, 'Sign-in methods')).toBeVisible();
  await page.getByRole('button', { name: 'Connect Acme' }).click();
  const there = newName();
  await signInThere(page, there);
  await expect(heading(page, 'Connect Acme')).toBeVisible();
  await expect(page.getByRole('main')).toContainText(`${there}@acme.example to your account ${username}?`);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByText('You can now sign in with Acme.')).toBeVisible();
  await expect(page.getByText(`${there}@acme.example`)).toBeVisible();

  await page.getByRole('button', { name: 'Disconnect… Acme' }).click();
  await expect(page.getByRole('dialog', { name: 'Disconnect Acme?' })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByRole('button', { name: 'Connect Acme' })).toBeVisible();
  await page.goto(`${origin}/activity`);
  await expect(page.getByText('You connected Acme as a way to sign in')).toBeVisible();
  await expect(page.getByText('You disconnected Acme')).toBeVisible();
});

test('somebody with an account signs in to connect the provider', async ({ page }) => {
  const credentials = await register(page, undefined, identityServer);
  await page.context().clearCookies();
  await page.goto(`${origin}/login`);
  await continueWithAcme(page);
  await signInThere(page, newName());
  await expect(heading(page, 'Create an account')).toBeVisible();
  await page.getByRole('link', { name: 'Sign in to connect it' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await fillIn(page, { 'User name': credentials.username, Password: credentials.password });
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(heading(page, 'Connect Acme')).toBeVisible();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByText('You can now sign in with Acme.')).toBeVisible();
});

test('an account without a password keeps its only way in, sets a password and closes', async ({ page }) => {
  const name = await registerWithAcme(page);
  await page.getByRole('link', { name: 'Sign-in methods' }).click();
  await expect(heading(page, 'Sign-in methods')).toBeVisible();
  await page.getByRole('button', { name: 'Disconnect… Acme' }).click();
  await expect(page.getByRole('dialog', { name: 'Disconnect Acme?' })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByText('This is your only way to sign in.')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('link', { name: 'Set a password' }).click();
  await expect(heading(page, 'Set a password')).toBeVisible();
  await expect(page.getByLabel('Current password')).toHaveCount(0);
  await page.getByLabel('New password', { exact: true }).fill('seven purple kettles');
  await page.getByRole('button', { name: 'Set a password' }).click();
  await expect(page.getByText('Password set.')).toBeVisible();
  await page.getByRole('button', { name: 'Delete account…' }).click();
  await expect(page.getByRole('dialog').getByLabel('Password', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.context().clearCookies({ domain: 'localhost' });
  await page.goto(`${origin}/login`);
  await fillIn(page, { 'User name': name, Password: 'seven purple kettles' });
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

test('an account without a password closes without one, and its owner keeps it', async ({ page }) => {
  await registerWithAcme(page);
  await page.getByRole('button', { name: 'Delete account…' }).click();
  await expect(page.getByRole('dialog')).toContainText('To change your mind, sign in within seven days.');
  await expect(page.getByRole('dialog').getByLabel('Password', { exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await expect(heading(page, 'Your account is closed')).toBeVisible();

  await page.goto(`${origin}/login`);
  await continueWithAcme(page);
  await expect(heading(page, 'This account is closed')).toBeVisible();
  await page.getByRole('button', { name: 'Keep my account' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

test('a page of another site can neither begin nor finish a sign-in', async ({ page, request }) => {
  await page.goto(`${provider.origin}/.well-known/openid-configuration`);
  const headers = { origin: provider.origin };
  for (const [path, data] of [
    ['/api/identities/acme/start', {}],
    ['/api/identities/acme/callback', { query: '?state=x' }],
    ['/api/identities/sign-in', { attempt: 'x'.repeat(43) }],
  ] as const) {
    const answer = await request.post(`${origin}${path}`, { headers, data });
    expect((await answer.json()).code).toBe('origin_not_allowed');
  }
});
