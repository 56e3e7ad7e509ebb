import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect, heading } from './fixtures.ts';
import { identityServer, provider } from './servers.ts';

const { origin } = identityServer;

/** The pages of the provider ask for a font of Google. */
export const blockFonts = (page: Page) => page.route(/fonts\.googleapis\.com/, (route) => route.abort());

export const newName = (): string => `mona-${randomUUID().slice(0, 8)}`;

/** Signs in at the provider, and allows what Latchkey asks for. */
export const signInThere = async (page: Page, name: string): Promise<void> => {
  await page.waitForURL(`${provider.origin}/interaction/**`);
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
};

export const continueWithAcme = async (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Continue with Acme' }).click();

/** A browser that has signed in at the provider, too. */
export const registerWithAcme = async (page: Page): Promise<string> => {
  const name = newName();
  await page.goto(`${origin}/login`);
  await continueWithAcme(page);
  await signInThere(page, name);
  await expect(heading(page, 'Create an account')).toBeVisible();
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page, 'Your profile')).toBeVisible();
  return name;
};
