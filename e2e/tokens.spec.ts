import type { Page } from '@playwright/test';
import { expect, fillIn, heading, openSignedIn, recently, register, test } from './fixtures.ts';
import { usual } from './servers.ts';

const useToken = async (token: string) => {
  const answer = await fetch(`${usual.origin}/api/tokens/current`, { headers: { authorization: `Bearer ${token}` } });
  const { code, claims } = await answer.json();
  return { status: answer.status, code, claims };
};

const makeToken = async (page: Page, fields: Record<string, string>): Promise<string> => {
  await fillIn(page, fields);
  await page.getByRole('button', { name: 'Make token' }).click();
  return page.getByLabel('The token').inputValue();
};

test('a token is made, copied, seen this once, used, and revoked', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-write']);
  const { username } = await openSignedIn(page);
  await page.getByRole('link', { name: 'Tokens' }).click();
  await expect(page.getByText('You have none.')).toBeVisible();

  const token = await test.step('made and copied', async () => {
    await page.getByLabel('Lifetime').selectOption('A week');
    const made = await makeToken(page, { Name: 'Nightly backup', 'Scope (optional)': 'backup:read' });
    await page.getByRole('button', { name: 'Copy' }).click();
    await expect(page.getByText('Copied.')).toBeVisible();
    // As a person would: our own pages may not read the clipboard.
    const field = page.getByLabel('Audience (optional)');
    await field.press('ControlOrMeta+V');
    await expect(field).toHaveValue(made);
    await expect(page.getByRole('listitem').filter({ hasText: 'Nightly backup' })).toContainText(
      new RegExp(`for latchkey · may backup:read · made ${recently} · ends in 7 days`),
    );
    return made;
  });

  await test.step('it stands for its owner', async () => {
    const { status, claims } = await useToken(token);
    expect(status).toBe(200);
    expect(claims).toMatchObject({ username, scope: 'backup:read', aud: 'latchkey' });
    expect(claims.exp - claims.iat).toBe(7 * 86_400);
  });

  await test.step('it is never shown again', async () => {
    await page.reload();
    await expect(page.getByRole('listitem').filter({ hasText: 'Nightly backup' })).toBeVisible();
    await expect(page.getByLabel('The token')).toHaveCount(0);
    expect(await page.content()).not.toContain(token.slice(-20));
  });

  await test.step('revoked, after asking, it is refused', async () => {
    await page.getByRole('button', { name: 'Revoke… Nightly backup' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect((await useToken(token)).status).toBe(200);
    await page.getByRole('button', { name: 'Revoke… Nightly backup' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await expect(page.getByText('You have none.')).toBeVisible();
    await expect(heading(page, 'Your tokens')).toBeFocused();
    expect(await useToken(token)).toMatchObject({ status: 401, code: 'token_revoked' });
  });
});

test('where the clipboard is refused, the token is selected to be copied by hand', async ({ page }) => {
  await register(page);
  await page.goto('/tokens');
  const token = await makeToken(page, { Name: 'By hand' });
  await page.evaluate(() => {
    Object.defineProperty(navigator.clipboard, 'writeText', { value: () => Promise.reject(new Error('refused')) });
  });
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('It is selected: copy it with Ctrl+C')).toBeVisible();
  expect(await page.evaluate(() => document.getSelection()?.toString())).toBe(token);
});

test('what is wrong with a wished token stands at its field', async ({ page }) => {
  await register(page);
  await page.goto('/tokens');
  await fillIn(page, { Name: ' ', 'Scope (optional)': 'two  spaces' });
  await page.getByRole('button', { name: 'Make token' }).click();
  await expect(page.getByText('Name is missing.')).toBeVisible();
  await expect(page.getByText('Write scopes as words with one space between them.')).toBeVisible();
});

test('the inspector says that a token of our own is right, and wrong when a letter is changed', async ({ page }) => {
  const { username } = await openSignedIn(page);
  await page.getByRole('link', { name: 'Inspector' }).click();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));

  await page.getByRole('button', { name: 'Take your own' }).click();
  await expect(page.getByText('The signature is right')).toBeVisible();
  await expect(page.getByText(`"${username}"`)).toBeVisible();
  await expect(page.getByText(/^(30 minutes|29 minutes \d+ seconds?) left of 30 minutes\.$/)).toBeVisible();
  await expect(page.getByRole('progressbar')).toBeVisible();

  const token = await page.getByLabel('A token (JWT)').inputValue();
  const middle = token.lastIndexOf('.') + 20;
  const changed = token.slice(0, middle) + (token[middle] === 'A' ? 'B' : 'A') + token.slice(middle + 1);
  await page.getByLabel('A token (JWT)').fill(changed);
  await expect(page.getByText('The signature is wrong')).toBeVisible();
  expect(sent.filter((request) => request.includes('eyJ'))).toEqual([]);
});

test('the inspector is open to strangers, and says what is wrong with what they paste', async ({ page }) => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  await page.goto('/login');
  await page.getByRole('link', { name: 'Token inspector' }).click();
  await expect(heading(page, 'Token inspector')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Take your own' })).toHaveCount(0);
  const field = page.getByLabel('A token (JWT)');
  for (const [text, words] of [
    ['hello', 'A token has three parts with dots between them; this has no dot at all.'],
    ['a.b.c', 'The header is not base64url: a character is missing, or one too many.'],
    [`${encode([])}.e30.AAEC`, 'The header is JSON, but not an object with named values.'],
    [`${encode({ alg: 'HS256' })}.e30.AAEC`, 'Only those who hold the secret can check it'],
    [`${encode({ alg: 'RS256', kid: 'x' })}.e30.AAEC`, 'Latchkey has no public key of this name'],
    [`${encode({ alg: 'RS256' })}.${encode({ exp: 1e300, iat: 'now' })}.AAEC`, 'It does not say when it ends.'],
    [`${encode({ alg: 'RS256' })}.${encode({ exp: 1_700_000_000 })}.AAEC`, /Expired \d years? ago\./],
  ] as const) {
    await field.fill(text);
    await expect(page.getByText(words).first()).toBeVisible();
  }
});
