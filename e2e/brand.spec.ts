import AxeBuilder from '@axe-core/playwright';
import { expect, heading, test } from './fixtures.ts';
import { brandServer } from './servers.ts';

test.use({ baseURL: brandServer.origin, reducedMotion: 'reduce' });

test('the operator’s name, logo and links are on every page', async ({ page }) => {
  for (const path of ['/', '/login', '/register', '/inspector', '/no/such/page']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await page.title()).toContain('Acme & Söhne');
    const banner = page.getByRole('banner');
    await expect(banner).toHaveText('Acme & Söhne');
    expect(await banner.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await expect(page.getByRole('link', { name: 'Terms' })).toHaveAttribute('href', 'https://acme.example/terms');
    await expect(page.getByRole('link', { name: 'Privacy' })).toHaveAttribute('href', 'https://acme.example/privacy');
    await expect(page.getByRole('link', { name: 'Help' })).toHaveAttribute('href', 'mailto:help@acme.example');
    await expect(page.getByText('Latchkey')).toHaveCount(0);
  }
});

test('the manifest has the operator’s name and logo', async ({ page, request }) => {
  await page.goto('/login');
  const address = (await page.locator('link[rel="manifest"]').getAttribute('href')) ?? '';
  const { name, icons } = await (await request.get(address)).json();
  expect(name).toBe('Acme & Söhne');
  const logo = await request.get(icons[0].src);
  expect(logo.headers()).toMatchObject({
    'content-type': expect.stringContaining('image/svg+xml'),
    'cache-control': 'public, max-age=31536000, immutable',
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the accent color can be read in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto('/login');
    await expect(heading(page, 'Sign in')).toBeVisible();
    const button = page.getByRole('button', { name: 'Sign in' });
    const color = await button.evaluate((element) => getComputedStyle(element).backgroundColor);
    if (colorScheme === 'dark') expect(color).toBe('rgb(255, 204, 0)');
    expect((await new AxeBuilder({ page }).setLegacyMode().analyze()).violations).toEqual([]);
  });
}

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
