import { expect, fillIn, heading, newCredentials, openFromMenu, openSignedIn, signIn, test } from './fixtures.ts';

const markup = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('input from users and clients is rendered as text on every page', async ({ page, request }) => {
  const credentials = newCredentials();
  const registered = await request.post('/api/accounts/register', {
    data: { ...credentials, displayName: markup },
    headers: { 'user-agent': `Mozilla/5.0 (Windows NT 10.0; ${markup}) Firefox/1${markup}` },
  });
  const { access_token } = await registered.json();
  const headers = { authorization: `Bearer ${access_token}` };
  const metadata = { [markup]: markup };
  expect((await request.patch('/api/accounts/me', { headers, data: { metadata } })).status()).toBe(200);
  const token = { name: markup.slice(0, 60), audience: 'javascript:window.ran=1', scope: '<svg/onload=window.ran=1>' };
  expect((await request.post('/api/tokens', { headers, data: { ...token, expiresIn: 3600 } })).status()).toBe(201);

  const expectNoScriptRan = async (): Promise<void> => {
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    await expect(page.locator('main :is(img, script, svg[onload], a[href^="javascript:"])')).toHaveCount(0);
  };
  await page.goto('/login');
  await signIn(page, credentials);
  await expect(heading(page, 'Your profile')).toBeVisible();
  await expect(page.getByText(markup, { exact: true })).toBeVisible();
  await expect(page.locator('pre')).toHaveText(JSON.stringify(metadata, null, 2));
  await expectNoScriptRan();

  await openFromMenu(page, 'Sessions');
  await expect(page.getByText(/^Firefox.* on Windows/).first()).toBeVisible();
  await expectNoScriptRan();

  await openFromMenu(page, 'API tokens');
  await expect(page.getByText(token.name, { exact: true }).first()).toBeVisible();
  await expect(page.getByText(token.scope)).toBeVisible();
  await page.getByRole('button', { name: /^Revoke…/ }).click();
  await expect(page.getByRole('dialog')).toContainText(token.name);
  await expectNoScriptRan();
  await page.keyboard.press('Escape');

  await openFromMenu(page, 'Inspector');
  for (const text of [markup, `${encode({ alg: 'RS256', [markup]: markup })}.${encode({ iss: markup })}.AAEC`]) {
    await page.getByLabel('Token (JWT)').fill(text);
    await expect(page.getByText('<').first()).toBeVisible();
    await expectNoScriptRan();
  }
});

test('a name from right to left does not reorder the text around it', async ({ page }) => {
  await openSignedIn(page);
  await fillIn(page, { Name: 'עדה לאבלייס' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('main bdi', { hasText: 'עדה לאבלייס' })).toBeVisible();
  await openFromMenu(page, 'API tokens');
  await fillIn(page, { Name: 'גיבוי' });
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(page.getByRole('listitem').locator('bdi', { hasText: 'גיבוי' }).first()).toBeVisible();
  await openFromMenu(page, 'Activity');
  await expect(page.getByRole('listitem').locator('bdi', { hasText: 'גיבוי' })).toBeVisible();
});
