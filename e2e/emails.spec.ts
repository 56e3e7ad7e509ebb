import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { type Credentials, expect, fillIn, heading, newCredentials, signOut, test } from './fixtures.ts';
import { codeIn, linkIn, readMail } from './read-mail.ts';
import { mailServer, mainServer } from './servers.ts';

test.use({ baseURL: mailServer.origin });

const newPassword = 'nine green teapots';
const freshEmail = (): string => `ada-${randomUUID().slice(0, 8)}@example.com`;

/** Registers with an e-mail address in the form, as a user does. */
const registerWithEmail = async (page: Page, email = freshEmail()): Promise<Credentials & { email: string }> => {
  const credentials = newCredentials();
  await page.goto('/register');
  await fillIn(page, { 'User name': credentials.username, Password: credentials.password });
  await page.getByLabel(/^E-mail address/).fill(email);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  return { ...credentials, email };
};

const verifyWithLink = async (page: Page, email: string): Promise<void> => {
  await page.goto(linkIn(await readMail(email, /^Verify/)));
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText(`${email} is verified.`)).toBeVisible();
};

const signInAt = async (page: Page, username: string, password: string): Promise<void> => {
  await page.goto('/login');
  await fillIn(page, { 'User name or e-mail address': username, Password: password });
  await page.getByRole('button', { name: 'Sign in' }).click();
};

test('a link that is opened in another browser verifies the address, and the first window notices', async ({
  page,
  browser,
}) => {
  const { email, password } = await registerWithEmail(page);
  await expect(page.getByText('Not verified')).toBeVisible();
  const link = linkIn(await readMail(email, /^Verify/));
  const elsewhere = await browser.newContext({ baseURL: mailServer.origin });
  const phone = await elsewhere.newPage();
  await phone.goto(link);
  await expect(phone).toHaveURL(`${mailServer.origin}/verify-email`);
  await phone.getByRole('button', { name: 'Verify' }).click();
  await expect(phone.getByText(`${email} is verified.`)).toBeVisible();
  await expect(page.getByText('Verified', { exact: true })).toBeVisible();
  // Pressing it again, from the same message, is no error.
  await phone.goto('about:blank');
  await phone.goto(link);
  await phone.getByRole('button', { name: 'Verify' }).click();
  await expect(phone.getByText(`${email} is verified.`)).toBeVisible();
  await signInAt(phone, email, password);
  await expect(heading(phone, 'Your profile')).toBeVisible();
  await elsewhere.close();
});

test('the code of the message verifies the address; a wrong one says so', async ({ page }) => {
  const { email } = await registerWithEmail(page);
  await page.getByRole('link', { name: 'Enter the code' }).click();
  await expect(heading(page, 'Verify your e-mail address')).toBeVisible();
  const code = codeIn(await readMail(email, /^Verify/));
  await page.getByLabel('Code').fill(code === '000 000' ? '000 001' : '000 000');
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText('This code is wrong.')).toBeVisible();
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText(`${email} is verified.`)).toBeVisible();
});

test('a scanner that opens every link of a message, and runs its scripts, uses nothing up', async ({
  page,
  browser,
}) => {
  const { email } = await registerWithEmail(page);
  const message = await readMail(email, /^Verify/);
  const links = [...message.html.matchAll(/href="([^"]*)"/g)].map(([, url = '']) =>
    url.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
  );
  expect(links.length).toBeGreaterThan(1);
  const scanner = await (await browser.newContext()).newPage();
  for (const link of links) {
    await fetch(link, { method: 'HEAD' });
    await fetch(link);
    await scanner.goto(link);
    await expect(scanner.getByRole('heading', { level: 1 })).toBeVisible();
  }
  // It also presses the first button of the message.
  await scanner.setContent(message.html);
  await scanner.getByRole('link').first().click();
  await expect(heading(scanner, 'Verify your e-mail address')).toBeVisible();
  await expect(scanner.getByRole('button', { name: 'Verify' })).toBeVisible();
  await scanner.context().close();
  await verifyWithLink(page, email);
});

test('a forgotten password is replaced with the link of a message, once; every other device is signed out', async ({
  page,
  browser,
}) => {
  const credentials = await registerWithEmail(page);
  const { email, username, password } = credentials;
  await verifyWithLink(page, email);
  const elsewhere = await browser.newContext({ baseURL: mailServer.origin });
  const other = await elsewhere.newPage();
  await other.goto('/login');
  await other.getByRole('link', { name: 'Forgot password?' }).click();
  await expect(heading(other, 'Forgot your password?')).toBeVisible();
  await fillIn(other, { 'User name or e-mail address': username });
  await other.getByRole('button', { name: 'Send a link' }).click();
  await expect(other.getByText('If this account has a verified e-mail address')).toBeVisible();
  const link = linkIn(await readMail(email, /^Set a new password/));
  await other.goto(link);
  await fillIn(other, { 'New password': newPassword });
  await other.getByRole('button', { name: 'Set password' }).click();
  await expect(other.getByText('Your password is changed.')).toBeVisible();
  await fillIn(other, { 'User name or e-mail address': email, Password: newPassword });
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(heading(other, 'Your profile')).toBeVisible();

  await page.goto('/profile');
  await expect(heading(page, 'Sign in')).toBeVisible();
  await signInAt(page, username, password);
  await expect(page.getByText('The user name or the password is wrong.')).toBeVisible();
  await page.goto('about:blank');
  await page.goto(link);
  await fillIn(page, { 'New password': 'eleven white saucers' });
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('This link has expired or was already used.')).toBeVisible();
  await elsewhere.close();
});

test('an unknown account gets the same page as a known one', async ({ page }) => {
  await page.goto('/forgot-password');
  await fillIn(page, { 'User name or e-mail address': 'nobody@example.com' });
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByText('If this account has a verified e-mail address')).toBeVisible();
});

test('a change of the address needs the password and the new mailbox, and the old mailbox undoes it', async ({
  page,
  browser,
}) => {
  const { email, password, username } = await registerWithEmail(page);
  await verifyWithLink(page, email);
  const next = freshEmail();
  await page.getByRole('link', { name: 'Continue' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  await page.getByRole('button', { name: 'Change e-mail address…' }).click();
  await fillIn(page, { 'New e-mail address': next, 'Current password': 'not the password' });
  await page.getByRole('button', { name: 'Send verification' }).click();
  await expect(page.getByText('The current password is wrong.')).toBeVisible();
  await fillIn(page, { 'Current password': password });
  await page.getByRole('button', { name: 'Send verification' }).click();
  await expect(page.getByText(next)).toBeVisible();
  await expect(page.getByText(`Until then, ${email} stays in use`)).toBeVisible();
  await verifyWithLink(page, next);

  const notice = await readMail(email, /was changed$/);
  const elsewhere = await browser.newContext({ baseURL: mailServer.origin });
  const owner = await elsewhere.newPage();
  await owner.goto(linkIn(notice));
  await owner.getByRole('button', { name: 'Undo the change' }).click();
  await expect(owner.getByText('The change is undone')).toBeVisible();
  await owner.goto(linkIn(await readMail(email, /^Set a new password/)));
  await fillIn(owner, { 'New password': newPassword });
  await owner.getByRole('button', { name: 'Set password' }).click();
  await expect(owner.getByText('Your password is changed.')).toBeVisible();
  await fillIn(owner, { 'User name or e-mail address': username, Password: newPassword });
  await owner.getByRole('button', { name: 'Sign in' }).click();
  await expect(owner.getByText(email)).toBeVisible();
  await elsewhere.close();
});

test('an account that a stranger closed is kept with the link of the message', async ({ page, browser }) => {
  const { email, password, username } = await registerWithEmail(page);
  await verifyWithLink(page, email);
  await page.goto('/profile');
  await page.getByRole('button', { name: 'Delete account…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Delete my account' }).click();
  await expect(heading(page, 'Your account is closed')).toBeVisible();

  const elsewhere = await browser.newContext({ baseURL: mailServer.origin });
  const owner = await elsewhere.newPage();
  await owner.goto(linkIn(await readMail(email, /was closed$/)));
  await owner.getByRole('button', { name: 'Undo the change' }).click();
  await expect(owner.getByText('The change is undone')).toBeVisible();
  await owner.goto(linkIn(await readMail(email, /^Set a new password/)));
  await fillIn(owner, { 'New password': newPassword });
  await owner.getByRole('button', { name: 'Set password' }).click();
  await expect(owner.getByText('Your password is changed.')).toBeVisible();
  await signInAt(owner, username, newPassword);
  await expect(heading(owner, 'Your profile')).toBeVisible();
  await elsewhere.close();
});

test('messages about sign-ins from new devices are turned off on the profile page', async ({ page }) => {
  const { email } = await registerWithEmail(page);
  await verifyWithLink(page, email);
  await page.goto('/profile');
  const toggle = page.getByLabel('Send me a message when a new device signs in');
  await expect(toggle).toBeChecked();
  await toggle.click();
  await expect(toggle).not.toBeChecked();
  await page.reload();
  await expect(toggle).not.toBeChecked();
});

test('without a mail server the pages offer nothing that needs it', async ({ page }) => {
  await page.goto(`${mainServer.origin}/login`);
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.getByLabel('User name', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Forgot password?' })).toHaveCount(0);
});

test('signed out, the page that asks for the code leads to sign-in and back', async ({ page }) => {
  const { email, username, password } = await registerWithEmail(page);
  await signOut(page);
  await expect(heading(page, 'Sign in')).toBeVisible();
  await page.goto('/verify-email');
  await page.getByRole('main').getByRole('link', { name: 'sign in' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await fillIn(page, { 'User name or e-mail address': username, Password: password });
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Code').fill(codeIn(await readMail(email, /^Verify/)));
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText(`${email} is verified.`)).toBeVisible();
});
