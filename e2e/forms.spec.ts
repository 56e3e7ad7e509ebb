import type { Page } from '@playwright/test';
import { registerWithApi } from './api-client.ts';
import {
  expect,
  heading,
  newCredentials,
  openFromMenu,
  openSignedIn,
  register,
  signIn,
  signOut,
  test,
} from './fixtures.ts';

/** Fills fields without events, like some password managers. */
const fillSilently = async (page: Page, values: Record<string, string | boolean>): Promise<void> => {
  for (const [name, value] of Object.entries(values)) {
    // Waits for the field: the page may not have rendered its form yet.
    await page
      .locator(`form [name="${name}"]:not([readonly])`)
      .evaluate(
        (field, change) => void Object.assign(field, change),
        typeof value === 'boolean' ? { checked: value } : { value },
      );
  }
};

/** Sends the next such request to the server and drops the response. */
const dropResponse = (page: Page, path: string): Promise<unknown> =>
  page.route(
    `**${path}`,
    async (route) => {
      const request = route.request();
      // Not `route.fetch()`, which would store the cookies of the response.
      const cookie = (await page.context().cookies(request.url())).map(({ name, value }) => `${name}=${value}`);
      const response = await fetch(request.url(), {
        method: request.method(),
        headers: { ...request.headers(), origin: new URL(request.url()).origin, cookie: cookie.join('; ') },
        body: request.postData(),
      });
      expect(response.status).toBeLessThan(300);
      await route.abort();
    },
    { times: 1 },
  );

test.describe('a form sends what its fields show, even without events', () => {
  test('registration and sign-in', async ({ page }) => {
    const credentials = newCredentials();
    await page.goto('/register');
    await fillSilently(page, { ...credentials, displayName: 'Ada Lovelace' });
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('Ada Lovelace')).toBeVisible();
    await signOut(page);
    await expect(heading(page, 'Sign in')).toBeVisible();
    await fillSilently(page, { ...credentials, endOthers: true });
    const sent = page.waitForRequest('**/api/sessions/login');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect((await sent).postDataJSON()).toMatchObject({ username: credentials.username, endOthers: true });
    await expect(heading(page, 'Your profile')).toBeVisible();
  });

  test('profile', async ({ page }) => {
    await openSignedIn(page);
    await fillSilently(page, { displayName: 'Ada Lovelace', email: 'ada@example.com' });
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace');
    await expect(page.getByLabel('E-mail address')).toHaveValue('ada@example.com');
  });

  test('password change', async ({ page }) => {
    const { password } = await openSignedIn(page, '/password');
    await fillSilently(page, { currentPassword: password, newPassword: 'nine yellow ladders' });
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Password changed.')).toBeVisible();
  });

  test('API token', async ({ page }) => {
    await openSignedIn(page, '/tokens');
    await fillSilently(page, { name: 'Nightly backup', scope: 'backup:read', expiresIn: '3600' });
    await page.getByRole('button', { name: 'Create token' }).click();
    const created = page.getByRole('listitem').filter({ hasText: 'Nightly backup' });
    await expect(created).toContainText('scope backup:read');
    await expect(created).toContainText(/expires in (1 hour|\d+ minutes)/);
  });

  test('account deletion', async ({ page }) => {
    const { password } = await openSignedIn(page);
    await page.getByRole('button', { name: 'Delete account…' }).click();
    await fillSilently(page, { password });
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await expect(heading(page, 'Your account is closed')).toBeVisible();
  });
});

for (const { path, open, label, button } of [
  { path: '/register', label: 'Password', button: 'Create account' },
  { path: '/login', label: 'Password', button: 'Sign in' },
  { path: '/password', label: 'New password', button: 'Change password' },
  { path: '/profile', open: 'Delete account…', label: 'Password', button: 'Delete my account' },
]) {
  test(`a visible password is hidden again on submit: ${button}`, async ({ page }) => {
    if (path.startsWith('/p')) await register(page);
    await page.goto(path);
    if (open) await page.getByRole('button', { name: open }).click();
    const field = page.getByLabel(label, { exact: true });
    await field.fill('seven purple kettles');
    await page.getByRole('button', { name: `Show ${label.toLowerCase()}`, exact: true }).click();
    await expect(field).toHaveAttribute('type', 'text');
    // Read during submit, when browsers store the values of text fields.
    const typeAtSubmit = field.evaluate(
      (input: HTMLInputElement) =>
        new Promise((resolve) => addEventListener('submit', () => resolve(input.type), { once: true })),
    );
    await page.getByRole('button', { name: button, exact: true }).click();
    expect(await typeAtSubmit).toBe('password');
  });
}

test.describe('after a lost response, a repeated', () => {
  test('registration says that the account may already exist', async ({ page }) => {
    const credentials = newCredentials();
    await page.goto('/register');
    await dropResponse(page, '/api/accounts/register');
    await page.getByLabel('User name').fill(credentials.username);
    await page.getByLabel('Password', { exact: true }).fill(credentials.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert')).toContainText('Can’t reach the server.');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert')).toHaveText('Your account may already exist. Try signing in.');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await expect(heading(page, 'Sign in')).toBeVisible();
    await signIn(page, credentials);
    await expect(heading(page, 'Your profile')).toBeVisible();
  });

  test('registration under another taken name says that it is taken', async ({ page }) => {
    const { username } = await registerWithApi();
    await page.goto('/register');
    await dropResponse(page, '/api/accounts/register');
    await page.getByLabel('User name').fill(newCredentials().username);
    await page.getByLabel('Password', { exact: true }).fill('seven purple kettles');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert')).toContainText('Can’t reach the server.');
    await page.getByLabel('User name').fill(username);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText(/is taken/)).toBeVisible();
  });

  test('password change says that the password may already be changed', async ({ page }) => {
    const credentials = await openSignedIn(page, '/password');
    const changed = { ...credentials, password: 'nine yellow ladders' };
    await dropResponse(page, '/api/passwords/change');
    await page.getByLabel('Current password', { exact: true }).fill(credentials.password);
    await page.getByLabel('New password', { exact: true }).fill(changed.password);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByRole('alert')).toContainText('Can’t reach the server.');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(heading(page, 'Sign in')).toBeVisible();
    await expect(page.getByText('Your password may already be changed. Try the new one first.')).toBeVisible();
    await signIn(page, changed);
    await expect(heading(page, 'Change password')).toBeVisible();
    await expect(page.getByText('may already be changed')).toHaveCount(0);
  });

  test('deletion says that the account may already be closed', async ({ page }) => {
    const { password } = await openSignedIn(page);
    await dropResponse(page, '/api/accounts/me');
    await page.getByRole('button', { name: 'Delete account…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await expect(dialog.getByRole('alert')).toContainText('Can’t reach the server.');
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await expect(heading(page, 'Sign in')).toBeVisible();
    await expect(page.getByText('Your account may already be closed.')).toBeVisible();
  });

  test('token creation shows the token whose value was lost', async ({ page }) => {
    await openSignedIn(page, '/tokens');
    await expect(page.getByText('No tokens yet.')).toBeVisible();
    await dropResponse(page, '/api/tokens');
    await page.getByLabel('Name', { exact: true }).fill('Nightly backup');
    await page.getByRole('button', { name: 'Create token' }).click();
    await expect(page.getByRole('alert')).toContainText('If the list shows the new token, revoke it');
    await expect(page.getByRole('listitem').filter({ hasText: 'Nightly backup' })).toBeVisible();
  });

  test('sign-out works, and the page does not claim success before', async ({ page }) => {
    await openSignedIn(page);
    await dropResponse(page, '/api/sessions/logout');
    await signOut(page);
    await expect(page.getByRole('alert')).toContainText('You may still be signed in.');
    await signOut(page);
    await expect(heading(page, 'Sign in')).toBeVisible();
  });
});

test('after too many attempts the wait counts down, and then the button works', async ({ page }) => {
  const credentials = await registerWithApi();
  await page.clock.install();
  await page.goto('/login');
  const body = {
    type: 'urn:latchkey:problem:too_many_attempts',
    title: 'x',
    status: 429,
    detail: 'Too many attempts.',
    code: 'too_many_attempts',
    requestId: 'r',
  };
  await page.route('**/api/sessions/login', (route) =>
    route.fulfill({
      status: 429,
      headers: { 'retry-after': '900' },
      contentType: 'application/problem+json',
      body: JSON.stringify(body),
    }),
  );
  await signIn(page, credentials);
  await expect(page.getByRole('alert')).toHaveText('Too many attempts.');
  await expect(page.getByRole('timer')).toContainText(/^Try again in (15 minutes|14 minutes)/);
  const button = page.getByRole('button', { name: 'Sign in' });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await page.clock.fastForward('05:00');
  await expect(page.getByRole('timer')).toContainText(/^Try again in (10|9) minutes/);
  await page.clock.fastForward('10:00');
  await expect(page.getByRole('timer')).toHaveCount(0);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.unrouteAll();
  await button.click();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

test('a form with unsaved edits asks before the user leaves it', async ({ page }) => {
  await openSignedIn(page);
  const field = page.getByLabel('Name', { exact: true });
  await field.fill('Ada Lovelace');
  const questions: string[] = [];
  const answer = (accept: boolean) =>
    page.once('dialog', async (dialog) => {
      questions.push(dialog.message());
      await (accept ? dialog.accept() : dialog.dismiss());
    });
  answer(false);
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  await expect(field).toHaveValue('Ada Lovelace');
  answer(true);
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(heading(page, 'Your sessions')).toBeVisible();
  expect(questions).toEqual(['Leave without saving your changes?', 'Leave without saving your changes?']);
  await openFromMenu(page, 'Profile');
  await expect(field).toHaveValue('');
});

test('a notice is shown once', async ({ page }) => {
  const { password } = await openSignedIn(page, '/password');
  await page.getByLabel('Current password', { exact: true }).fill(password);
  await page.getByLabel('New password', { exact: true }).fill('nine yellow ladders');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed.')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Your profile')).toBeVisible();
  await expect(page.getByText('Password changed.')).toHaveCount(0);
});
