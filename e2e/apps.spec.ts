import { randomUUID } from 'node:crypto';
import { addApp, newRequest } from './apps.ts';
import { test as base, expect, heading, logIn, openFromMenu, openSignedIn, register, signIn } from './fixtures.ts';
import { startForeignServer } from './foreign-server.ts';
import { mainServer } from './servers.ts';

/** An app on another site: the browser sends it to us without the Strict cookie. */
const test = base.extend<{ site: string; callback: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  site: async ({}, use) => {
    const server = await startForeignServer();
    await use(server.otherSite);
    server.close();
  },
  callback: async ({ site }, use) => use(`${site}/callback`),
});

const freshName = (name: string): string => `${name} ${randomUUID().slice(0, 8)}`;

/** Follows a link of the app, as its user does. */
const leaveFor = async (page: import('@playwright/test').Page, site: string, address: string): Promise<void> => {
  await page.goto(site);
  await page.evaluate((address) => window.location.assign(address), address);
};

test('an app signs a person in, who then stays signed in to it, and disconnects it', async ({
  page,
  site,
  callback,
}) => {
  const name = freshName('Shop');
  const app = await addApp(name, '--redirect', callback);
  const credentials = await register(page);
  await page.context().clearCookies();
  const request = newRequest(app, callback, { login_hint: credentials.username });

  await leaveFor(page, site, request.address);
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: name })).toHaveText(`Sign in to continue to ${name}.`);
  await expect(page.getByLabel('User name')).toHaveValue(credentials.username);
  await signIn(page, credentials);
  await page.waitForURL(`${callback}?code=**`);
  const { searchParams } = new URL(page.url());
  expect(searchParams.get('state')).toBe('the state');
  expect(searchParams.get('iss')).toBe(mainServer.origin);
  const { body } = await request.redeem(page.url());
  expect(body.scope).toBe('openid profile offline_access');

  // Signed in already: two calls of the API, and no page to read.
  const again = newRequest(app, callback);
  const calls: string[] = [];
  page.on('request', (sent) => sent.url().includes('/api/') && calls.push(new URL(sent.url()).pathname));
  await leaveFor(page, site, again.address);
  await page.waitForURL(`${callback}?code=**`);
  expect(calls).toEqual(['/api/sessions/refresh', '/api/oauth/authorize']);
  // The back button leads to the app, not to a page that would send the browser here again.
  await page.goBack();
  expect(page.url()).toBe(`${site}/`);

  await page.goto('/profile');
  await openFromMenu(page, 'Connected apps');
  const entry = page.getByRole('listitem').filter({ hasText: name }).first();
  await expect(entry).toContainText('Last used just now');
  await entry.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByText('No apps yet.')).toBeVisible();
  expect((await request.refresh(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
});

test('an app of a third party asks for consent, once', async ({ page, callback }) => {
  const name = freshName('Partner');
  const app = await addApp(name, '--redirect', callback, '--third-party', '--confidential');
  await openSignedIn(page);
  const request = newRequest(app, callback);

  await page.goto(request.address);
  await expect(heading(page, 'Allow access?')).toBeVisible();
  await expect(page.getByRole('main')).toContainText('read your name and user name');
  await expect(page.getByRole('main')).toContainText(`You return to ${new URL(callback).host}`);
  await page.getByRole('button', { name: 'Don’t allow' }).click();
  await page.waitForURL(`${callback}?error=access_denied**`);

  await page.goto(request.address);
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.waitForURL(`${callback}?code=**`);
  expect((await request.redeem(page.url())).status).toBe(200);
  await page.goto(newRequest(app, callback).address);
  await page.waitForURL(`${callback}?code=**`);
});

test('an app can ask for the password again', async ({ page, callback }) => {
  const name = freshName('Bank');
  const app = await addApp(name, '--redirect', callback);
  const credentials = await openSignedIn(page);
  await page.goto(newRequest(app, callback, { prompt: 'login' }).address);
  await expect(page.getByText(`Sign in again to continue to ${name}.`)).toBeVisible();
  await signIn(page, credentials);
  await page.waitForURL(`${callback}?code=**`);
});

test('a person without an account creates one on the way', async ({ page, callback }) => {
  const app = await addApp(freshName('Shop'), '--redirect', callback);
  await page.goto(newRequest(app, callback).address);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expect(heading(page, 'Create an account')).toBeVisible();
  await page.getByLabel('User name').fill(`ada-${randomUUID().slice(0, 8)}`);
  await page.getByLabel('Password', { exact: true }).fill('seven purple kettles');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(`${callback}?code=**`);
});

test('prompt=none never shows a page', async ({ page, callback }) => {
  const app = await addApp(freshName('Silent'), '--redirect', callback);
  await page.goto(newRequest(app, callback, { prompt: 'none' }).address);
  await page.waitForURL(`${callback}?error=login_required**`);
});

test('a request that cannot be trusted is explained, and leads nowhere', async ({ page, callback }) => {
  const app = await addApp(freshName('Shop'), '--redirect', callback);
  await openSignedIn(page);
  await page.goto(newRequest(app, 'https://evil.example/callback').address);
  await expect(heading(page, 'The app can’t sign you in')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('an address that it has not registered');
  expect(new URL(page.url()).origin).toBe(mainServer.origin);
});

test('a form of an app sends its request, too', async ({ page, site, callback }) => {
  const app = await addApp(freshName('Form'), '--redirect', callback);
  await openSignedIn(page);
  const { parameters } = newRequest(app, callback);
  await page.goto(site);
  await page.evaluate(
    ([action, parameters]) => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action });
      for (const [name, value] of Object.entries(parameters))
        form.append(Object.assign(document.createElement('input'), { name, value }));
      document.body.append(form);
      form.submit();
    },
    [`${mainServer.origin}/oauth/authorize`, parameters] as const,
  );
  await page.waitForURL(`${callback}?code=**`);
});

test.describe('an app signs a person out', () => {
  const home = (site: string): string => `${site}/signed-out`;
  const logoutAddress = (parameters: Record<string, string>): string =>
    `${mainServer.origin}/oauth/logout?${new URLSearchParams(parameters)}`;

  test('at once with its ID token, and gets the browser back', async ({ page, site, callback }) => {
    const app = await addApp(freshName('Shop'), '--redirect', callback, '--post-logout-redirect', home(site));
    await openSignedIn(page);
    const request = newRequest(app, callback);
    await page.goto(request.address);
    await page.waitForURL(`${callback}?code=**`);
    const { body } = await request.redeem(page.url());
    const parameters = { id_token_hint: body.id_token ?? '', post_logout_redirect_uri: home(site), state: 's' };
    await leaveFor(page, site, logoutAddress(parameters));
    await page.waitForURL(`${home(site)}?state=s`);
    await page.goto('/profile');
    await expect(heading(page, 'Sign in')).toBeVisible();
    expect((await request.refresh(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
  });

  test('only after a question without it', async ({ page, site, callback }) => {
    const app = await addApp(freshName('Shop'), '--redirect', callback, '--post-logout-redirect', home(site));
    const credentials = await openSignedIn(page);
    await leaveFor(page, site, logoutAddress({ client_id: app.id }));
    await expect(heading(page, 'Sign out?')).toBeVisible();
    await page.getByRole('link', { name: 'Stay signed in' }).click();
    await expect(heading(page, 'Your profile')).toBeVisible();
    await page.goto(logoutAddress({ client_id: app.id, post_logout_redirect_uri: home(site) }));
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(home(site));
    await logIn(page, credentials);
    await page.goto(logoutAddress({}));
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByText('You are signed out.')).toBeVisible();
  });
});

test('a person connects a device with the code that it shows', async ({ page, request }) => {
  const app = await addApp(freshName('Terminal'), '--device');
  const ask = async (path: string, form: Record<string, string>) =>
    (await request.post(`/api/oauth/${path}`, { form: { client_id: app.id, ...form } })).json();
  const begun = await ask('device_authorization', { scope: 'openid profile' });
  const credentials = await register(page);
  await page.context().clearCookies();
  await page.goto(begun.verification_uri_complete);
  await expect(heading(page, 'Sign in')).toBeVisible();
  await signIn(page, credentials);
  await expect(heading(page, 'Connect a device')).toBeVisible();
  await expect(page.getByLabel('Code')).toHaveValue(begun.user_code);
  await page.getByLabel('Code').fill('BCDF-GHJK');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('This code is wrong or has expired. Get a new one on your device.')).toBeVisible();
  await page.getByLabel('Code').fill(begun.user_code);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(heading(page, 'Allow this device?')).toBeVisible();
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await expect(heading(page, 'Your device is connected')).toBeVisible();
  const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: begun.device_code };
  expect(await ask('token', grant)).toMatchObject({ token_type: 'Bearer', id_token: expect.any(String) });
});
