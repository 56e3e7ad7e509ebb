import { expect, heading, test } from './fixtures.ts';
import { brandServer } from './servers.ts';

test.use({ baseURL: brandServer.origin });

test('with registration closed, no page offers it', async ({ page }) => {
  for (const path of ['/', '/login']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Create an account' })).toHaveCount(0);
  }
  await page.goto('/register');
  await expect(heading(page, 'Registration is closed')).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);
});
