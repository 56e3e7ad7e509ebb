import { openElsewhere } from './elsewhere.ts';
import { expect, heading, openSignedIn, test } from './fixtures.ts';

// As people have it: Playwright turns the memory of pages off.
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
});

test('after signing out nothing of the person is behind the back button', async ({ page, context }) => {
  const elsewhere = await openElsewhere();
  const shown: string[] = [];
  await context.exposeFunction('noteShown', (text: string) => shown.push(text));
  await context.addInitScript(() =>
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted && 'noteShown' in window)
        Reflect.apply(window.noteShown as () => void, window, [document.body.textContent]);
    }),
  );
  const { username } = await openSignedIn(page);
  await page.goto(elsewhere.otherSite);
  // A page from memory is not loaded, so there is no end of loading to wait for.
  await page.goBack({ waitUntil: 'commit' });
  await expect.poll(() => shown.join()).toContain(username);
  shown.length = 0;

  await page.goto(elsewhere.otherSite);
  const tab = await context.newPage();
  await tab.goto('/devices');
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(tab, 'Sign in')).toBeVisible();
  await tab.goBack({ waitUntil: 'commit' });
  await page.goBack({ waitUntil: 'commit' });
  await expect(heading(page, 'Sign in')).toBeVisible();
  expect(shown.join()).not.toContain(username);
  elsewhere.close();
});
