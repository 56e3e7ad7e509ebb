import type { Browser, BrowserContext, Page, Request } from '@playwright/test';
import { expect, heading, signUp } from './fixtures.ts';
import { shortLived } from './servers.ts';

/** Three of seven responses are lost, two of them in a row. */
const isLost = (number: number): boolean => [0, 2, 3].includes(number % 7);

const refreshToken = async (context: BrowserContext): Promise<string> =>
  (await context.cookies(shortLived.origin)).find(({ name }) => name.includes('refresh'))?.value ?? '';

/**
 * Sends the refresh to the server and drops the response. Not with `route.fetch()`, which would store the new cookie in the
 * browser; after a lost response, the browser still has the old one.
 */
const refreshWithoutResponse = async (context: BrowserContext, request: Request): Promise<void> => {
  const cookie = (await context.cookies(shortLived.origin)).map(({ name, value }) => `${name}=${value}`).join('; ');
  const response = await fetch(`${shortLived.origin}/api/sessions/refresh`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: shortLived.origin,
      // Another user agent would count as another browser.
      'user-agent': request.headers()['user-agent'] ?? '',
      cookie,
    },
    body: '{}',
  });
  expect(response.status).toBe(200);
};

const visits = [
  { path: '/devices', link: 'Sessions', title: 'Your sessions', content: 'This device' },
  { path: '/tokens', link: 'API tokens', title: 'API tokens', content: 'No tokens yet.' },
] as const;

/** Makes a request: follows a link to a page, or loads the page. */
const visit = async (page: Page, round: number, isReload: boolean): Promise<void> => {
  const { path, link, title, content } = visits[round % 2 === 0 ? 0 : 1];
  if (isReload) await page.goto(path);
  else await page.getByRole('link', { name: link }).click();
  // Not `expect`, which polls at growing intervals.
  await heading(page, title).waitFor();
  await page.getByText(content).waitFor();
};

/** An access token that has expired. */
export const expiredToken = async (context: BrowserContext): Promise<string> => {
  const sent = context.waitForEvent('request', (request) => request.headers().authorization !== undefined);
  await context.pages()[0]?.getByRole('link', { name: 'Sessions' }).click();
  const { authorization = '' } = (await sent).headers();
  const check = () => fetch(`${shortLived.origin}/api/tokens/current`, { headers: { authorization } });
  await expect.poll(async () => (await (await check()).json()).code).toBe('token_expired');
  return authorization.replace('Bearer ', '');
};

/** A browser with five tabs of a newly registered user. */
export const openFiveTabs = async (browser: Browser): Promise<BrowserContext> => {
  const context = await browser.newContext({ baseURL: shortLived.origin });
  // Only the responses that `isLost` selects may be lost, and a tab must wait for the lock as long as it takes. On a slow machine
  // the app's timeouts would interfere.
  await context.addInitScript(() => {
    AbortSignal.timeout = () => new AbortController().signal;
    Object.defineProperty(XMLHttpRequest.prototype, 'timeout', { set: () => {} });
  });
  await signUp(await context.newPage());
  for (let tab = 2; tab <= 5; tab++) await (await context.newPage()).goto('/profile');
  for (const page of context.pages()) await expect(heading(page, 'Your profile')).toBeVisible();
  return context;
};

/**
 * Runs rounds. At the start of each round all access tokens have expired; then all tabs make a request at the same time, and
 * one of them reloads its page.
 * @param expired an expired access token, sent in place of every token that a round declares expired
 */
export const runRounds = async (context: BrowserContext, expired: string, rounds: number) => {
  const pages = context.pages();
  const signInPages: string[] = [];
  const used = new Set<string>();
  const expiredTokens = new Set<string>();
  let refreshes = 0;
  let lost = 0;
  /** The requests under way, with the refresh token that each was sent with. */
  const pending = new Map<Request, string>();
  let maxConcurrent = 0;

  for (const page of pages) {
    page.on('framenavigated', (frame) => {
      if (frame.url().includes('/login')) signInPages.push(frame.url());
    });
  }
  await context.route('**/api/**', (route) => {
    const { authorization, ...headers } = route.request().headers();
    if (!authorization) return route.continue();
    used.add(authorization);
    return route.continue({
      headers: { ...headers, authorization: expiredTokens.has(authorization) ? `Bearer ${expired}` : authorization },
    });
  });
  const forgetRequests = (page: Page): void => {
    for (const request of pending.keys()) if (request.frame().page() === page) pending.delete(request);
  };
  // A page that navigates away releases the lock, so its pending requests no longer count.
  const leaving = new Set<Page>();
  for (const page of pages) {
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) return;
      leaving.add(page);
      forgetRequests(page);
    });
    page.on('framenavigated', () => {
      if (leaving.has(page)) forgetRequests(page);
      leaving.delete(page);
    });
  }
  await context.route('**/api/sessions/refresh', async (route) => {
    const request = route.request();
    const page = request.frame().page();
    // A page retries only after it has given up its previous request.
    forgetRequests(page);
    // The next tab may start before we see the previous response, but then it sends the next token.
    const token = await refreshToken(context);
    if (!leaving.has(page)) pending.set(request, token);
    maxConcurrent = Math.max(maxConcurrent, [...pending.values()].filter((other) => other === token).length);
    if (isLost(refreshes++)) {
      lost++;
      await refreshWithoutResponse(context, request);
      pending.delete(request);
      return route.abort();
    }
    // Pending until the response arrives, so that a second concurrent request would be counted.
    const response = request.response();
    await route.continue();
    await response.catch(() => null);
    pending.delete(request);
  });

  for (let round = 0; round < rounds; round++) {
    for (const token of used) expiredTokens.add(token);
    const reloaded = pages[round % pages.length];
    await Promise.all(pages.map((page) => visit(page, round, page === reloaded)));
  }
  expect(signInPages).toEqual([]);
  expect(maxConcurrent, 'concurrent refreshes in one browser').toBe(1);
  expect(expiredTokens.size).toBeGreaterThanOrEqual(rounds);
  return { refreshes, lost };
};
