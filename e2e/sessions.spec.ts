import { expect, heading, signIn, signUp, test } from './fixtures.ts';

test('no token is within reach of a script: not in storage, not in a readable cookie, not in the address', async ({
  page,
  context,
}) => {
  await signUp(page);
  const reachable = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state]),
  );
  expect(reachable).not.toMatch(/eyJ/);
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: 'latchkey_refresh', httpOnly: true, sameSite: 'Strict' });
});

test('signing in leads back to pages of this site only', async ({ page, browser }) => {
  const person = await signUp(await (await browser.newContext()).newPage());
  await page.goto('/login?return-to=//evil.example/profile');
  await signIn(page, person);
  await expect(heading(page, 'Your profile')).toBeVisible();
  expect(new URL(page.url()).hostname).toBe('localhost');
});

test('a lost connection signs nobody out, and says what to do', async ({ page, context }) => {
  await signUp(page);
  await context.route('**/api/**', (route) => route.abort());
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
  await context.unroute('**/api/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
});

test('a session that was ended elsewhere sends to sign-in at the next look', async ({ page, context }) => {
  const person = await signUp(page);
  const other = await context.browser()?.newContext();
  const elsewhere = await other?.newPage();
  if (!elsewhere) throw new Error('no second browser');
  await elsewhere.goto('/login');
  await signIn(elsewhere, person);
  await expect(heading(elsewhere, 'Your profile')).toBeVisible();
  await elsewhere.goto('/password');
  await elsewhere.getByLabel('Present password', { exact: true }).fill(person.password);
  await elsewhere.getByLabel('New password', { exact: true }).fill('nine yellow ladders');
  await elsewhere.getByRole('button', { name: 'Change password' }).click();
  await expect(elsewhere.getByText('Your password was changed.')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Sign in')).toBeVisible();
});
