import { findBrowser } from './browser.ts';
import { expect, heading, openSignedIn, signOut, test } from './fixtures.ts';
import { startForeignServer } from './foreign-server.ts';

// Playwright turns the back/forward cache off; users have it.
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({
      ...launchOptions,
      executablePath: findBrowser() ?? '',
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    }),
});

test('after sign-out, the back button shows no data of the user', async ({ page, context }) => {
  const foreignServer = await startForeignServer();
  const shown: string[] = [];
  await context.exposeFunction('noteShown', (text: string) => shown.push(text));
  await context.addInitScript(() =>
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted && 'noteShown' in window)
        Reflect.apply(window.noteShown as () => void, window, [document.body.textContent]);
    }),
  );
  const { username } = await openSignedIn(page);
  await page.goto(foreignServer.otherSite);
  // A page from the cache has no load event to wait for.
  await page.goBack({ waitUntil: 'commit' });
  await expect.poll(() => shown.join()).toContain(username);
  shown.length = 0;

  await page.goto(foreignServer.otherSite);
  const tab = await context.newPage();
  await tab.goto('/devices');
  await signOut(tab);
  await expect(heading(tab, 'Sign in')).toBeVisible();
  await tab.goBack({ waitUntil: 'commit' });
  await page.goBack({ waitUntil: 'commit' });
  await expect(heading(page, 'Sign in')).toBeVisible();
  expect(shown.join()).not.toContain(username);
  foreignServer.close();
});
