import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import { mainServer } from './servers.ts';

/**
 * Checks every place, except the page itself, where a script or the next user of this browser could find a token. Scripts can
 * read one cookie, which says only that there is a session.
 */
export const expectNoToken = async (page: Page, isSignedIn = true, server = mainServer): Promise<void> => {
  const { origins } = await page.context().storageState({ indexedDB: true });
  const cookies = await page.context().cookies(server.origin);
  const signedIn = `latchkey_signed_in_${server.port}`;
  for (const { name, httpOnly, sameSite } of cookies) {
    // The sign-in page sets it for a moment, to find out whether the browser blocks cookies.
    if (name === 'latchkey_test') continue;
    expect({ httpOnly, sameSite }).toEqual({ httpOnly: name !== signedIn, sameSite: 'Strict' });
  }
  const state = await page.evaluate(async () => ({
    session: { ...sessionStorage },
    history: window.navigation.entries().map((entry) => [entry.url, entry.getState()]),
    state: window.history.state,
    name: window.name,
    referrer: document.referrer,
    readableCookies: document.cookie,
    caches: await caches.keys(),
    serviceWorkers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  const readableCookies = isSignedIn ? `${signedIn}=yes` : '';
  expect(state).toMatchObject({ name: '', referrer: '', readableCookies, caches: [], serviceWorkers: 0 });
  expect(JSON.stringify([origins, state])).not.toContain('eyJ');
};
