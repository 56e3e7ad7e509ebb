import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import { usual } from './servers.ts';

/**
 * Looks wherever a script, or the next person at this browser, would look for a token; in the page itself not. Scripts can read
 * one cookie, which says only that somebody is signed in.
 */
export const expectNoToken = async (page: Page, isSignedIn = true): Promise<void> => {
  const { cookies, origins } = await page.context().storageState({ indexedDB: true });
  const signedIn = `latchkey_signed_in_${usual.port}`;
  for (const { name, httpOnly, sameSite } of cookies) {
    expect({ httpOnly, sameSite }).toEqual({ httpOnly: name !== signedIn, sameSite: 'Strict' });
  }
  const traces = await page.evaluate(async () => ({
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
  expect(traces).toMatchObject({ name: '', referrer: '', readableCookies, caches: [], serviceWorkers: 0 });
  expect(JSON.stringify([origins, traces])).not.toContain('eyJ');
};
