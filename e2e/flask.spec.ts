import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { freePort } from '../apps/api/testing/free-port.ts';
import { type App, addApp, newRequest } from './apps.ts';
import { test as base, expect, heading, newCredentials, register, signIn } from './fixtures.ts';
import { mainServer } from './servers.ts';

const python = '/usr/bin/python3';
const modules = 'flask, flask_jwt_extended, authlib, requests, cryptography';
const isInstalled = spawnSync(python, ['-c', `import ${modules}`]).status === 0;

const test = base.extend<{ flask: { origin: string; app: App } }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  flask: async ({}, use) => {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const name = `flask-shop-${randomUUID().slice(0, 8)}`;
    const app = await addApp(name, '--confidential', '--redirect', `${origin}/callback`);
    const settings = { ISSUER: mainServer.origin, AUDIENCE: name, PORT: String(port) };
    const credentials = { CLIENT_ID: app.id, CLIENT_SECRET: app.secret ?? '' };
    const child: ChildProcess = spawn(python, ['examples/flask/app.py'], {
      env: { ...process.env, ...settings, ...credentials },
      stdio: 'ignore',
    });
    await expect
      .poll(() =>
        fetch(origin).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    await use({ origin, app });
    child.kill();
  },
});

test.skip(!isInstalled, `Python lacks ${modules}`);

test('a person signs in to the Flask app by redirect, with Authlib', async ({ page, flask: { origin } }) => {
  const credentials = newCredentials();
  await register(page, credentials);
  await page.context().clearCookies();
  await page.goto(origin);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await signIn(page, credentials);
  await expect(page.getByText(`Hello, ${credentials.username}.`)).toBeVisible();
  expect(page.url()).toBe(`${origin}/`);
  await page.getByRole('button', { name: 'Add tea' }).click();
  await expect(page.getByText('tea', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  // A forged answer.
  await page.goto(`${origin}/callback?code=stolen&state=forged`);
  await expect(page.getByText('You were not signed in')).toBeVisible();
});

test('its API trusts the access tokens of Latchkey, and no other', async ({ page, flask: { origin, app } }) => {
  const { username } = await register(page);
  const request = newRequest(app, `${origin}/callback`);
  await page.route(`${origin}/callback**`, (route) => route.fulfill({ body: 'the app' }));
  await page.goto(request.address);
  await page.waitForURL(`${origin}/callback?code=**`);
  const { body } = await request.redeem(page.url());
  const ask = (token?: string) =>
    fetch(`${origin}/get_name`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
  const answer = await ask(body.access_token);
  expect([answer.status, await answer.json()]).toEqual([200, { name: username }]);
  for (const token of [undefined, body.id_token, body.refresh_token, `${body.access_token}x`])
    expect((await ask(token)).status).toBe(401);
});
