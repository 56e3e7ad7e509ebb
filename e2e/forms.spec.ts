import type { Page } from '@playwright/test';
import { expect, heading, newPerson, openSignedIn, register, signIn, test } from './fixtures.ts';
import { registerElsewhere } from './strangers.ts';

/** Fills fields in as some password managers do: the page hears of it in no event. */
const fillSilently = (page: Page, values: Record<string, string | boolean>): Promise<void> =>
  page.evaluate((values) => {
    for (const [name, value] of Object.entries(values)) {
      const field = document.querySelector<HTMLInputElement>(`form [name="${name}"]:not([readonly])`);
      Object.assign(field ?? {}, typeof value === 'boolean' ? { checked: value } : { value });
    }
  }, values);

/** The server answers the next such request, and the answer is lost. */
const loseAnswer = (page: Page, path: string): Promise<unknown> =>
  page.route(
    `**${path}`,
    async (route) => {
      const request = route.request();
      // Not `route.fetch()`, which would keep the cookies of the answer.
      const cookie = (await page.context().cookies(request.url())).map(({ name, value }) => `${name}=${value}`);
      const answer = await fetch(request.url(), {
        method: request.method(),
        headers: { ...request.headers(), origin: new URL(request.url()).origin, cookie: cookie.join('; ') },
        body: request.postData(),
      });
      expect(answer.status).toBeLessThan(300);
      await route.abort();
    },
    { times: 1 },
  );

test.describe('what the fields show is sent, though the page heard no event', () => {
  test('at registration and sign-in', async ({ page }) => {
    const person = newPerson();
    await page.goto('/register');
    await fillSilently(page, { ...person, displayName: 'Ada Lovelace' });
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('Ada Lovelace')).toBeVisible();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(heading(page, 'Sign in')).toBeVisible();
    await fillSilently(page, { ...person, endOthers: true });
    const sent = page.waitForRequest('**/api/sessions/login');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect((await sent).postDataJSON()).toMatchObject({ username: person.username, endOthers: true });
    await expect(heading(page, 'Your profile')).toBeVisible();
  });

  test('in the profile', async ({ page }) => {
    await openSignedIn(page);
    await fillSilently(page, { displayName: 'Ada Lovelace', email: 'ada@example.com' });
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace');
    await expect(page.getByLabel('E-mail address')).toHaveValue('ada@example.com');
  });

  test('at a change of password', async ({ page }) => {
    const { password } = await openSignedIn(page, '/password');
    await fillSilently(page, { currentPassword: password, newPassword: 'nine yellow ladders' });
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Your password was changed.')).toBeVisible();
  });

  test('for a token', async ({ page }) => {
    await openSignedIn(page, '/tokens');
    await fillSilently(page, { name: 'Nightly backup', scope: 'backup:read', expiresIn: '3600' });
    await page.getByRole('button', { name: 'Make token' }).click();
    const made = page.getByRole('listitem').filter({ hasText: 'Nightly backup' });
    await expect(made).toContainText('may backup:read');
    await expect(made).toContainText(/ends in (1 hour|\d+ minutes)/);
  });

  test('when the account is deleted', async ({ page }) => {
    const { password } = await openSignedIn(page);
    await page.getByRole('button', { name: 'Delete account…' }).click();
    await fillSilently(page, { password });
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await expect(heading(page, 'Your account was deleted')).toBeVisible();
  });
});

for (const { path, open, label, button } of [
  { path: '/register', label: 'Password', button: 'Create account' },
  { path: '/login', label: 'Password', button: 'Sign in' },
  { path: '/password', label: 'New password', button: 'Change password' },
  { path: '/profile', open: 'Delete account…', label: 'Password', button: 'Delete my account' },
]) {
  test(`a password that is shown is hidden again when it is sent: ${button}`, async ({ page }) => {
    if (path.startsWith('/p')) await register(page);
    await page.goto(path);
    if (open) await page.getByRole('button', { name: open }).click();
    const field = page.getByLabel(label, { exact: true });
    await field.fill('seven purple kettles');
    await page.getByRole('button', { name: `Show ${label.toLowerCase()}`, exact: true }).click();
    await expect(field).toHaveAttribute('type', 'text');
    // Read while the form is being submitted, which is when browsers keep what it holds.
    const typeAtSubmit = field.evaluate(
      (input: HTMLInputElement) =>
        new Promise((resolve) => addEventListener('submit', () => resolve(input.type), { once: true })),
    );
    await page.getByRole('button', { name: button, exact: true }).click();
    expect(await typeAtSubmit).toBe('password');
  });
}

test.describe('when an answer was lost, a repeated', () => {
  test('registration says that there may be an account already', async ({ page }) => {
    const person = newPerson();
    await page.goto('/register');
    await loseAnswer(page, '/api/accounts/register');
    await page.getByLabel('User name').fill(person.username);
    await page.getByLabel('Password', { exact: true }).fill(person.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert')).toHaveText('Your account may already have been created. Try signing in.');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, person);
    await expect(heading(page, 'Your profile')).toBeVisible();
  });

  test('registration under another name that is taken says that', async ({ page }) => {
    const { username } = await registerElsewhere();
    await page.goto('/register');
    await loseAnswer(page, '/api/accounts/register');
    await page.getByLabel('User name').fill(newPerson().username);
    await page.getByLabel('Password', { exact: true }).fill('seven purple kettles');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
    await page.getByLabel('User name').fill(username);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText(/is taken/)).toBeVisible();
  });

  test('change of password says that the new one may hold already', async ({ page }) => {
    const person = await openSignedIn(page, '/password');
    const changed = { ...person, password: 'nine yellow ladders' };
    await loseAnswer(page, '/api/passwords/change');
    await page.getByLabel('Present password', { exact: true }).fill(person.password);
    await page.getByLabel('New password', { exact: true }).fill(changed.password);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(heading(page, 'Sign in')).toBeVisible();
    await expect(page.getByText('Your password may already have been changed. Try the new one first.')).toBeVisible();
    await signIn(page, changed);
    await expect(heading(page, 'Change your password')).toBeVisible();
    await expect(page.getByText('may already have been changed')).toHaveCount(0);
  });

  test('deletion says that the account may be gone already', async ({ page }) => {
    const { password } = await openSignedIn(page);
    await loseAnswer(page, '/api/accounts/me');
    await page.getByRole('button', { name: 'Delete account…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await expect(dialog.getByRole('alert')).toContainText('The server cannot be reached.');
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await expect(heading(page, 'Sign in')).toBeVisible();
    await expect(page.getByText('Your account may already have been deleted.')).toBeVisible();
  });

  test('token is not made blindly: the list shows the one that nobody has', async ({ page }) => {
    await openSignedIn(page, '/tokens');
    await expect(page.getByText('You have none.')).toBeVisible();
    await loseAnswer(page, '/api/tokens');
    await page.getByLabel('Name', { exact: true }).fill('Nightly backup');
    await page.getByRole('button', { name: 'Make token' }).click();
    await expect(page.getByRole('alert')).toContainText('If the list shows the new token, revoke it');
    await expect(page.getByRole('listitem').filter({ hasText: 'Nightly backup' })).toBeVisible();
  });

  test('sign-out signs out, and claims nothing before', async ({ page }) => {
    await openSignedIn(page);
    await loseAnswer(page, '/api/sessions/logout');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('alert')).toContainText('You may still be signed in.');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(heading(page, 'Sign in')).toBeVisible();
  });
});
