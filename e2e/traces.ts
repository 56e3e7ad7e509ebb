import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Looks wherever a script, or the next person at this browser, would look for a token; in the page itself not. */
export const expectNoToken = async (page: Page): Promise<void> => {
  const { cookies, origins } = await page.context().storageState({ indexedDB: true });
  for (const { httpOnly, sameSite } of cookies)
    expect({ httpOnly, sameSite }).toEqual({ httpOnly: true, sameSite: 'Strict' });
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
  expect(traces).toMatchObject({ name: '', referrer: '', readableCookies: '', caches: [], serviceWorkers: 0 });
  expect(JSON.stringify([origins, traces])).not.toContain('eyJ');
};
