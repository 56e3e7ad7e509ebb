import { expect, fillIn, heading, newPerson, signIn, signUp, test } from './fixtures.ts';
import { registerElsewhere } from './strangers.ts';

test('a person registers, looks after the account, and deletes it', async ({ page }) => {
  const person = newPerson();
  const changed = { ...person, password: 'nine yellow ladders' };

  await test.step('register leads to the profile', async () => {
    await signUp(page, person);
    await expect(page.getByText(`@${person.username}`)).toBeVisible();
  });

  await test.step('a reload keeps the person signed in', async () => {
    await page.reload();
    await expect(heading(page, 'Your profile')).toBeVisible();
  });

  await test.step('after signing out a protected page sends to sign-in', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(heading(page, 'Sign in')).toBeVisible();
    await page.goto('/password?from=bookmark');
    await expect(heading(page, 'Sign in')).toBeVisible();
  });

  await test.step('a wrong password is refused in words, and what was typed stays', async () => {
    await signIn(page, { ...person, password: 'not the password' });
    await expect(page.getByRole('alert')).toHaveText('The user name or the password is wrong.');
    await expect(page.getByLabel('User name or e-mail address')).toHaveValue(person.username);
  });

  await test.step('the right one leads back to where the person wanted to be', async () => {
    await signIn(page, person);
    await expect(heading(page, 'Change your password')).toBeVisible();
    expect(new URL(page.url()).search).toBe('?from=bookmark');
  });

  await test.step('the profile is edited, and stays so', async () => {
    await page.goto('/profile');
    await fillIn(page, { Name: 'Ada Lovelace', 'E-mail address': 'ada@example.com' });
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace');
    await expect(page.getByLabel('E-mail address')).toHaveValue('ada@example.com');
  });

  await test.step('the password is changed', async () => {
    await page.getByRole('link', { name: 'Change password' }).click();
    await fillIn(page, { 'Present password': 'not the password', 'New password': changed.password });
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('The current password is wrong.')).toBeVisible();
    await fillIn(page, { 'Present password': person.password });
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Your password was changed.')).toBeVisible();
  });

  await test.step('the old password is refused, the new one is taken', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, person);
    await expect(page.getByRole('alert')).toHaveText('The user name or the password is wrong.');
    await signIn(page, changed);
    await expect(heading(page, 'Your profile')).toBeVisible();
  });

  await test.step('the account is deleted, but only with its password', async () => {
    await page.getByRole('button', { name: 'Delete account…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password', { exact: true }).fill('not the password');
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await expect(dialog.getByText('The current password is wrong.')).toBeVisible();
    await dialog.getByLabel('Password', { exact: true }).fill(changed.password);
    await dialog.getByRole('button', { name: 'Delete my account' }).click();
    await expect(heading(page, 'Your account was deleted')).toBeVisible();
    await page.goto('/profile');
    await signIn(page, changed);
    await expect(page.getByRole('alert')).toHaveText('The user name or the password is wrong.');
  });
});

test('a form says what is wrong at the field it is about, before anything is sent', async ({ page }) => {
  await page.goto('/register');
  await fillIn(page, { 'User name': 'a', Password: 'short' });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('User name needs at least 3 characters.')).toBeVisible();
  await expect(page.getByText('Password needs at least 8 characters.')).toBeVisible();
  await expect(page.getByLabel('User name')).toBeFocused();
  await expect(page.getByLabel('User name')).toHaveAttribute('aria-invalid', 'true');
});

test('what the server refuses stands at its field: a taken name, a common password', async ({ page }) => {
  const person = await registerElsewhere();
  await page.goto('/register');
  await fillIn(page, { 'User name': person.username.toUpperCase(), Password: 'password1' });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('among those that attackers try first')).toBeVisible();
  await fillIn(page, { Password: person.password });
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText(/is taken/)).toBeVisible();
  await expect(page.getByLabel('User name')).toHaveValue(person.username.toUpperCase());
});

test('everything can be done with the keyboard alone', async ({ page }) => {
  const person = newPerson();
  await page.goto('/login');
  await expect(page.getByLabel('User name or e-mail address')).toBeFocused();
  // Password, Show, Sign out everywhere else, Sign in, Create an account.
  for (let stop = 0; stop < 5; stop++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Create an account')).toBeVisible();
  await expect(page.getByLabel('User name')).toBeFocused();
  await page.keyboard.type(person.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Your profile')).toBeVisible();
  await page.getByRole('button', { name: 'Delete account…' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Delete account…' })).toBeFocused();
});
