import type { Browser, BrowserContext, Page, Request } from '@playwright/test';
import { expect, heading, signUp } from './fixtures.ts';
import { shortLived } from './servers.ts';

/** Of seven answers three are lost, two of them one after the other. */
const isLost = (number: number): boolean => [0, 2, 3].includes(number % 7);

const refreshToken = async (context: BrowserContext): Promise<string> =>
  (await context.cookies(shortLived.origin)).find(({ name }) => name.includes('refresh'))?.value ?? '';

/**
 * The request reaches the server, its answer nobody. Sent from here, because `route.fetch()` would put the new cookie into
 * the browser's jar, where a lost answer leaves the old one.
 */
const spendUnheard = async (context: BrowserContext, request: Request): Promise<void> => {
  const cookie = (await context.cookies(shortLived.origin)).map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${shortLived.origin}/api/sessions/refresh`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: shortLived.origin,
      // Another one would be another browser.
      'user-agent': request.headers()['user-agent'] ?? '',
      cookie,
    },
    body: '{}',
  });
  expect(answer.status).toBe(200);
};

const looks = [
  { name: 'Devices', title: 'Your devices', brought: 'This device' },
  { name: 'Tokens', title: 'Your tokens', brought: 'You have none.' },
] as const;

/** Asks the server for something: by going to another page, or by loading the page anew. */
const look = async (page: Page, round: number, isReload: boolean): Promise<void> => {
  const { name, title, brought } = looks[round % 2 === 0 ? 0 : 1];
  if (isReload) await page.goto(`/${name.toLowerCase()}`);
  else await page.getByRole('link', { name }).click();
  // Not `expect`, which looks ever more seldom.
  await heading(page, title).waitFor();
  await page.getByText(brought).waitFor();
};

/** An access token that the server calls expired. */
export const expiredToken = async (context: BrowserContext): Promise<string> => {
  const sent = context.waitForEvent('request', (request) => request.headers().authorization !== undefined);
  await context.pages()[0]?.getByRole('link', { name: 'Devices' }).click();
  const { authorization = '' } = (await sent).headers();
  const look = () => fetch(`${shortLived.origin}/api/tokens/current`, { headers: { authorization } });
  await expect.poll(async () => (await (await look()).json()).code).toBe('token_expired');
  return authorization.replace('Bearer ', '');
};

/** A browser with five tabs of one person, who has just registered. */
export const openFiveTabs = async (browser: Browser): Promise<BrowserContext> => {
  const context = await browser.newContext({ baseURL: shortLived.origin });
  // The only answers that are lost are those that `isLost` names, and a tab waits for its turn however long the others take. On a
  // slow machine the timeouts of the app would add to them.
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
 * Rounds, at the start of each of which all access tokens are dead; then all tabs ask at once, and one of them loads its page
 * anew.
 * @param expired an access token whose time is over: it is sent in the place of each that a round has killed
 */
export const runRounds = async (context: BrowserContext, expired: string, rounds: number) => {
  const pages = context.pages();
  const signInPages: string[] = [];
  const used = new Set<string>();
  const dead = new Set<string>();
  let refreshes = 0;
  let lost = 0;
  /** With the token that each was sent with. */
  const onTheirWay = new Map<Request, string>();
  let maxAtOnce = 0;

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
      headers: { ...headers, authorization: dead.has(authorization) ? `Bearer ${expired}` : authorization },
    });
  });
  const letGo = (page: Page): void => {
    for (const request of onTheirWay.keys()) if (request.frame().page() === page) onTheirWay.delete(request);
  };
  // A page that is left lets go of the lock, whatever it has under way or still begins: nobody waits for that any more.
  const leaving = new Set<Page>();
  for (const page of pages) {
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) return;
      leaving.add(page);
      letGo(page);
    });
    page.on('framenavigated', () => {
      if (leaving.has(page)) letGo(page);
      leaving.delete(page);
    });
  }
  await context.route('**/api/sessions/refresh', async (route) => {
    const request = route.request();
    const page = request.frame().page();
    // It asks again only when it has given up the one before.
    letGo(page);
    // The next tab may begin before we have heard that the one before is through, but then with the next token.
    const token = await refreshToken(context);
    if (!leaving.has(page)) onTheirWay.set(request, token);
    maxAtOnce = Math.max(maxAtOnce, [...onTheirWay.values()].filter((other) => other === token).length);
    if (isLost(refreshes++)) {
      lost++;
      await spendUnheard(context, request);
      onTheirWay.delete(request);
      return route.abort();
    }
    // Counted until it is through, so that a second one on the way would be seen.
    const through = request.response();
    await route.continue();
    await through.catch(() => null);
    onTheirWay.delete(request);
  });

  for (let round = 0; round < rounds; round++) {
    for (const token of used) dead.add(token);
    const reloaded = pages[round % pages.length];
    await Promise.all(pages.map((page) => look(page, round, page === reloaded)));
  }
  expect(signInPages).toEqual([]);
  expect(maxAtOnce, 'refreshes on their way at the same time, in one browser').toBe(1);
  expect(dead.size).toBeGreaterThanOrEqual(rounds);
  return { refreshes, lost };
};
