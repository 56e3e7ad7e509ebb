import type { Page } from '@playwright/test';
import { expect, fillIn, heading, openFromMenu, openSignedIn, recently, register, test } from './fixtures.ts';
import { mainServer } from './servers.ts';

const useToken = async (token: string) => {
  const answer = await fetch(`${mainServer.origin}/api/tokens/current`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { code, claims } = await answer.json();
  return { status: answer.status, code, claims };
};

const createToken = async (page: Page, fields: Record<string, string>): Promise<string> => {
  await fillIn(page, fields);
  await page.getByRole('button', { name: 'Create token' }).click();
  return page.getByLabel('API token', { exact: true }).inputValue();
};

test('a token is created, copied, shown once, used and revoked', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-write']);
  const { username } = await openSignedIn(page);
  await openFromMenu(page, 'API tokens');
  await expect(page.getByText('No tokens yet.')).toBeVisible();

  const token = await test.step('create and copy', async () => {
    await page.getByLabel('Expires in').selectOption('7 days');
    const created = await createToken(page, { Name: 'Nightly backup', 'Scope (optional)': 'backup:read' });
    await page.getByRole('button', { name: 'Copy' }).click();
    await expect(page.getByText('Copied.')).toBeVisible();
    // By keyboard, because the permissions policy keeps pages from reading the clipboard.
    const field = page.getByLabel('Audience (optional)');
    await field.press('ControlOrMeta+V');
    await expect(field).toHaveValue(created);
    await expect(page.getByRole('listitem').filter({ hasText: 'Nightly backup' })).toContainText(
      new RegExp(`for latchkey · scope backup:read · created ${recently} · expires in 7 days`),
    );
    return created;
  });

  await test.step('it acts as its user', async () => {
    const { status, claims } = await useToken(token);
    expect(status).toBe(200);
    expect(claims).toMatchObject({ username, scope: 'backup:read', aud: 'latchkey' });
    expect(claims.exp - claims.iat).toBe(7 * 86_400);
  });

  await test.step('it is not shown again', async () => {
    await page.reload();
    await expect(page.getByRole('listitem').filter({ hasText: 'Nightly backup' })).toBeVisible();
    await expect(page.getByLabel('API token', { exact: true })).toHaveCount(0);
    expect(await page.content()).not.toContain(token.slice(-20));
  });

  await test.step('after a confirmation it is revoked and rejected', async () => {
    await page.getByRole('button', { name: 'Revoke… Nightly backup' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect((await useToken(token)).status).toBe(200);
    await page.getByRole('button', { name: 'Revoke… Nightly backup' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await expect(page.getByText('No tokens yet.')).toBeVisible();
    await expect(heading(page, 'API tokens')).toBeFocused();
    expect(await useToken(token)).toMatchObject({ status: 401, code: 'token_revoked' });
  });
});

test('without access to the clipboard, the token is selected for copying', async ({ page }) => {
  await register(page);
  await page.goto('/tokens');
  const token = await createToken(page, { Name: 'By hand' });
  await page.evaluate(() => {
    Object.defineProperty(navigator.clipboard, 'writeText', { value: () => Promise.reject(new Error('refused')) });
  });
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('Press Ctrl+C to copy')).toBeVisible();
  expect(await page.evaluate(() => document.getSelection()?.toString())).toBe(token);
});

test('the token form shows errors at their fields', async ({ page }) => {
  await register(page);
  await page.goto('/tokens');
  await fillIn(page, { Name: ' ', 'Scope (optional)': 'two  spaces' });
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(page.getByText('Name is missing.')).toBeVisible();
  await expect(page.getByText('Write scopes as words with one space between them.')).toBeVisible();
});

test('the inspector accepts the signature of our token, and rejects it after a change', async ({ page }) => {
  const { username } = await openSignedIn(page);
  await openFromMenu(page, 'Inspector');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));

  await page.getByRole('button', { name: 'Inspect my token' }).click();
  await expect(page.getByText('Valid signature')).toBeVisible();
  await expect(page.getByText(`"${username}"`)).toBeVisible();
  await expect(page.getByText(/^(30 minutes|29 minutes \d+ seconds?) left of 30 minutes\.$/)).toBeVisible();
  await expect(page.getByRole('progressbar')).toBeVisible();

  const token = await page.getByLabel('Token (JWT)').inputValue();
  const middle = token.lastIndexOf('.') + 20;
  const changed = token.slice(0, middle) + (token[middle] === 'A' ? 'B' : 'A') + token.slice(middle + 1);
  await page.getByLabel('Token (JWT)').fill(changed);
  await expect(page.getByText('Invalid signature')).toBeVisible();
  expect(sent.filter((request) => request.includes('eyJ'))).toEqual([]);
});

test('the inspector works without a session, and explains what is wrong with a token', async ({ page }) => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  await page.goto('/inspector');
  await expect(heading(page, 'Token inspector')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Inspect my token' })).toHaveCount(0);
  const field = page.getByLabel('Token (JWT)');
  for (const [text, message] of [
    ['hello', 'A JWT has three parts separated by dots; this has no dots.'],
    ['a.b.c', 'The header is not base64url: a character is missing or added.'],
    [`${encode([])}.e30.AAEC`, 'The header is not a JSON object.'],
    [`${encode({ alg: 'HS256' })}.e30.AAEC`, 'It cannot be checked without the secret.'],
    [`${encode({ alg: 'RS256', kid: 'x' })}.e30.AAEC`, 'Unknown key.'],
    [`${encode({ alg: 'RS256' })}.${encode({ exp: 1e300, iat: 'now' })}.AAEC`, 'This token has no expiry date.'],
    [`${encode({ alg: 'RS256' })}.${encode({ exp: 1_700_000_000 })}.AAEC`, /Expired \d years? ago\./],
  ] as const) {
    await field.fill(text);
    await expect(page.getByText(message).first()).toBeVisible();
  }
});
