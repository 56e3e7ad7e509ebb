import { readFile } from 'node:fs/promises';
import { registerWithApi } from './api-client.ts';
import {
  expect,
  fillIn,
  heading,
  newCredentials,
  openFromMenu,
  openSignedIn,
  register,
  signIn,
  signOut,
  signUp,
  test,
} from './fixtures.ts';

test('a user registers, manages the account, and deletes it', async ({ page }) => {
  const credentials = newCredentials();
  const changed = { ...credentials, password: 'nine yellow ladders' };

  await test.step('registration leads to the profile', async () => {
    await signUp(page, credentials);
    await expect(page.getByText(`@${credentials.username}`)).toBeVisible();
  });

  await test.step('a reload keeps the session', async () => {
    await page.reload();
    await expect(heading(page, 'Your profile')).toBeVisible();
  });

  await test.step('after sign-out a protected page leads to the sign-in page', async () => {
    await signOut(page);
    await expect(heading(page, 'Sign in')).toBeVisible();
    await page.goto('/password?from=bookmark');
    await expect(heading(page, 'Sign in')).toBeVisible();
  });

  await test.step('a wrong password shows an error, and the user name stays', async () => {
    await signIn(page, { ...credentials, password: 'not the password' });
    await expect(page.getByRole('alert')).toHaveText('The user name or the password is wrong.');
    await expect(page.getByLabel('User name')).toHaveValue(credentials.username);
  });

  await test.step('the right password leads to the page that the user came for', async () => {
    await signIn(page, credentials);
    await expect(heading(page, 'Change password')).toBeVisible();
    expect(new URL(page.url()).search).toBe('?from=bookmark');
  });

  await test.step('profile changes are saved', async () => {
    await page.goto('/profile');
    await fillIn(page, { Name: 'Ada Lovelace', 'E-mail address': 'ada@example.com' });
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace');
    await expect(page.getByLabel('E-mail address')).toHaveValue('ada@example.com');
  });

  await test.step('the password is changed', async () => {
    await openFromMenu(page, 'Password');
    await fillIn(page, { 'Current password': 'not the password', 'New password': changed.password });
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('The current password is wrong.')).toBeVisible();
    await fillIn(page, { 'Current password': credentials.password });
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Password changed.')).toBeVisible();
  });

  await test.step('the old password fails, and the new one works', async () => {
    await signOut(page);
    await signIn(page, credentials);
    await expect(page.getByRole('alert')).toHaveText('The user name or the password is wrong.');
    await signIn(page, changed);
    await expect(heading(page, 'Your profile')).toBeVisible();
  });

  await test.step('the data is downloaded only with the password', async () => {
    await page.getByRole('button', { name: 'Download your data…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current password', { exact: true }).fill('not the password');
    await dialog.getByRole('button', { name: 'Download' }).click();
    await expect(dialog.getByText('The current password is wrong.')).toBeVisible();
    await dialog.getByLabel('Current password', { exact: true }).fill(changed.password);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe(`${credentials.username}-data.zip`);
    const bytes = await readFile(await (await download).path());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    await expect(dialog).toBeHidden();
  });

  await test.step('the account is deleted only with its password', async () => {
    await page.getByRole('button', { name: 'Delete account…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password', { exact: true }).fill('not the password');
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await expect(dialog.getByText('The current password is wrong.')).toBeVisible();
    await dialog.getByLabel('Password', { exact: true }).fill(changed.password);
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await expect(heading(page, 'Your account is closed')).toBeVisible();
    await page.goto('/profile');
    await signIn(page, changed);
    await expect(page.getByRole('alert')).toContainText('This account is closed. It will be deleted on');
  });

  await test.step('for seven days, the password keeps the account', async () => {
    await page.getByRole('button', { name: 'Keep my account' }).click();
    await expect(heading(page, 'Your profile')).toBeVisible();
    await openFromMenu(page, 'Activity');
    await expect(page.getByRole('listitem').filter({ hasText: 'You kept your account' })).toBeVisible();
  });
});

test('a form shows errors at their fields, before it sends a request', async ({ page }) => {
  await page.goto('/register');
  await fillIn(page, { 'User name': 'a', Password: 'short' });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('User name needs at least 3 characters.')).toBeVisible();
  await expect(page.getByText('Password needs at least 8 characters.')).toBeVisible();
  await expect(page.getByLabel('User name')).toBeFocused();
  await expect(page.getByLabel('User name')).toHaveAttribute('aria-invalid', 'true');
});

test('the server’s errors appear at their fields: a taken name, a common password', async ({ page }) => {
  const credentials = await registerWithApi();
  await page.goto('/register');
  await fillIn(page, { 'User name': credentials.username.toUpperCase(), Password: 'password1' });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('among those that attackers try first')).toBeVisible();
  await fillIn(page, { Password: credentials.password });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText(/is taken/)).toBeVisible();
  await expect(page.getByLabel('User name')).toHaveValue(credentials.username.toUpperCase());
});

test('all actions work with the keyboard alone', async ({ page }) => {
  const credentials = newCredentials();
  await page.goto('/login');
  await expect(page.getByLabel('User name')).toBeFocused();
  // Password, Show, Sign in, Sign out all other devices, Create an account.
  for (let stop = 0; stop < 5; stop++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Create an account')).toBeVisible();
  await expect(page.getByLabel('User name')).toBeFocused();
  await page.keyboard.type(credentials.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(credentials.password);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Your profile')).toBeVisible();
  await page.getByRole('button', { name: 'Delete account…' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Delete account…' })).toBeFocused();
});

test('all errors of a form appear together, before it sends a request', async ({ page }) => {
  await page.goto('/register');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.method()));
  await fillIn(page, { 'User name': 'a', Password: 'password1', 'E-mail address (optional)': 'ada' });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('User name needs at least 3 characters.')).toBeVisible();
  await expect(page.getByText('among those that attackers try first')).toBeVisible();
  await expect(page.getByLabel('E-mail address (optional)')).toHaveAttribute('aria-invalid', 'true');
  expect(sent).not.toContain('POST');
});

test('a new password that is the current one is refused', async ({ page }) => {
  const { password } = await openSignedIn(page, '/password');
  await fillIn(page, { 'Current password': password, 'New password': password });
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Choose a password that differs from the current one.')).toBeVisible();
});

test('`/goodbye` without a deletion leads home', async ({ page }) => {
  await page.goto('/goodbye');
  await expect(page).toHaveURL('/');
  await expect(page.getByText('Your account is closed')).toHaveCount(0);
});

test('`/.well-known/change-password` leads to the form', async ({ page }) => {
  await register(page);
  await page.goto('/.well-known/change-password');
  await expect(heading(page, 'Change password')).toBeVisible();
  await expect(page).toHaveURL('/password');
});

test('the home page says what this is, and offers both ways in', async ({ page }) => {
  await page.goto('/');
  await expect(heading(page, 'One account for all your apps')).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await page.goto('/');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expect(heading(page, 'Create an account')).toBeVisible();
});

test.describe('in a browser of another language', () => {
  test.use({ locale: 'de-DE' });

  test('dates are in the language of the page', async ({ page }) => {
    await openSignedIn(page);
    await expect(page.locator('time').first()).toHaveText(/^[A-Z][a-z]+ \d+, \d{4}$/);
  });
});
