import type { Frame, Page } from '@playwright/test';
import { registerAttacker } from './api-client.ts';
import { forgedRequests, formEncodings, submitForm } from './csrf.ts';
import { fetchFrom, json, requestsWith } from './fetch-from-page.ts';
import { test as base, expect, heading } from './fixtures.ts';
import { type ForeignServer, startForeignServer } from './foreign-server.ts';
import { allowedSite, corsServer, mainServer } from './servers.ts';
import { openTargetAccount } from './target-account.ts';

type Fixtures = {
  foreignServer: ForeignServer;
  target: Awaited<ReturnType<typeof openTargetAccount>>;
  /** Runs the attempt on a page of another site, then on a page of another origin of our site, in the target's browser. */
  fromForeignPages: (attempt: (tab: Page, here: string) => Promise<void>) => Promise<void>;
};

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads here what a fixture needs.
  foreignServer: async ({}, use) => {
    const foreignServer = await startForeignServer();
    await use(foreignServer);
    foreignServer.close();
  },
  target: async ({ page }, use) => use(await openTargetAccount(page, mainServer)),
  fromForeignPages: async ({ context, foreignServer }, use) =>
    use(async (attempt) => {
      for (const here of [foreignServer.otherSite, foreignServer.sameSite]) {
        const tab = await context.newPage();
        await tab.goto(here);
        await attempt(tab, here);
        await tab.close();
      }
    }),
});

/** The browser's error for a response that CORP keeps from the page. */
const notSameOrigin = 'net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin';

/** The address of each frame, asked of the frame itself: during a navigation, Playwright's own value may be old. */
const shownInFrames = (page: Page): Promise<string[]> =>
  Promise.all(
    page
      .frames()
      .slice(1)
      .map((frame) => frame.evaluate(() => location.href).catch(String)),
  );

/** Every frame shows the browser's error page. */
const expectOnlyErrorPages = (page: Page): Promise<void> =>
  expect.poll(async () => new Set(await shownInFrames(page))).toEqual(new Set(['chrome-error://chromewebdata/']));

/** Adds an element to a page, and returns whether its resource was loaded. */
const load = (page: Page, element: string, attribute: string, address: string): Promise<string> =>
  page.evaluate(
    ([name, attribute, address]) =>
      new Promise<string>((resolve) => {
        const element = document.createElement(name);
        if (element instanceof HTMLLinkElement) element.rel = 'stylesheet';
        element.addEventListener('load', () => resolve('load'));
        element.addEventListener('error', () => resolve('error'));
        element.setAttribute(attribute, address);
        document.body.append(element);
      }),
    [element, attribute, address] as const,
  );

/** A frame with an opaque origin: it sends `Origin: null`. */
const openSandbox = async (page: Page): Promise<Frame> => {
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts allow-forms');
    frame.srcdoc = '<!doctype html>';
    document.body.append(frame);
  });
  const [, frame] = page.frames();
  if (!frame) throw new Error('no frame');
  expect(await frame.evaluate(() => origin)).toBe('null');
  return frame;
};

/** Every request failed, and the script learned nothing else. */
const expectNothingRead = (results: readonly string[]): void => expect(results).toEqual(results.map(() => 'TypeError'));

test.describe('a page of another site, or of another origin of our site,', () => {
  test('cannot show our pages in a frame', async ({ fromForeignPages, target }) => {
    await fromForeignPages(async (tab) => {
      for (const [element, attribute, path] of [
        ['iframe', 'src', '/profile'],
        ['iframe', 'src', '/login'],
        ['iframe', 'src', '/password'],
        ['iframe', 'src', '/api/docs'],
        ['object', 'data', '/profile'],
        ['embed', 'src', '/profile'],
      ] as const) {
        const answered = tab.waitForResponse(mainServer.origin + path);
        await load(tab, element, attribute, mainServer.origin + path);
        expect((await answered).status()).toBe(200);
      }
      await expectOnlyErrorPages(tab);
    });
    await target.expectUnchanged();
  });

  test('cannot change the account with a form, nor sign anybody in or out', async ({
    fromForeignPages,
    target,
    foreignServer,
  }) => {
    const forgeries = forgedRequests(await registerAttacker(), target.credentials);
    await fromForeignPages(async (tab, here) => {
      const accepted: string[] = [];
      for (const forgery of forgeries) {
        for (const form of formEncodings(forgery)) {
          const status = await submitForm(tab, mainServer.origin + forgery.path, form);
          if (status < 400) accepted.push(`${forgery.path} ${form.enctype}`);
        }
      }
      // Without the cookie it has no effect.
      const withoutEffect = ['/api/sessions/logout application/x-www-form-urlencoded'];
      expect(accepted).toEqual(here === foreignServer.otherSite ? withoutEffect : []);
      await expectOnlyErrorPages(tab);
    });
    await target.expectUnchanged();
  });

  test('cannot change the account with requests that need no preflight', async ({ fromForeignPages, target }) => {
    const forgeries = forgedRequests(await registerAttacker(), target.credentials);
    await fromForeignPages(async (tab, here) => {
      const failures: (string | undefined)[] = [];
      tab.on('requestfailed', (request) => failures.push(request.failure()?.errorText));
      for (const { path, body } of forgeries) {
        const address = mainServer.origin + path;
        const text = JSON.stringify(body);
        await tab.evaluate(
          ([address, text]) => {
            navigator.sendBeacon(address);
            navigator.sendBeacon(address, text);
            navigator.sendBeacon(address, new Blob([text], { type: 'application/json' }));
          },
          [address, text] as const,
        );
        const get = { path, mode: 'no-cors', credentials: 'include' } as const;
        const post = { ...get, method: 'POST' };
        expectNothingRead(await fetchFrom(tab, mainServer.origin, [get, post, { ...post, body: text }]));
        // Also redirected by another server.
        const redirected = { ...post, path: `/?to=${encodeURIComponent(address)}`, body: text };
        expectNothingRead(await fetchFrom(tab, here, [redirected]));
      }
      // All arrived, except the one that needs a preflight; the browser reports both as failed.
      await expect.poll(() => failures.length).toBe(7 * forgeries.length);
      expect(failures.filter((failure) => failure === notSameOrigin)).toHaveLength(6 * forgeries.length);
    });
    await target.expectUnchanged();
  });

  test('cannot read anything, and fails every preflight', async ({ fromForeignPages, target }) => {
    await fromForeignPages(async (tab) => {
      for (const frame of [tab, await openSandbox(tab)]) {
        expectNothingRead(await fetchFrom(frame, mainServer.origin, requestsWith(target.token)));
      }
    });
    await target.expectUnchanged();
  });

  test('can read the public documents', async ({ fromForeignPages }) => {
    await fromForeignPages(async (tab) => {
      const [keys, metadata, feed] = await fetchFrom(tab, mainServer.origin, [
        { path: '/.well-known/jwks.json' },
        { path: '/.well-known/openid-configuration' },
        { path: '/api/tokens/revocations', headers: { prefer: 'wait=0', 'if-none-match': '"none"' } },
      ]);
      expect(keys).toContain('cors 200 {"keys":');
      expect(metadata).toContain('cors 200 {"issuer":');
      expect(feed).toContain('cors 200 eyJ');
    });
  });

  test('cannot load our scripts, styles and images, nor JSON as a script', async ({
    page,
    fromForeignPages,
    target,
  }) => {
    const files = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    );
    const first = (ending: string): string => files.find((path) => path.endsWith(ending)) ?? '';
    await fromForeignPages(async (tab) => {
      for (const [element, attribute, path, refusal = notSameOrigin] of [
        ['script', 'src', first('.js')],
        ['link', 'href', first('.css')],
        ['img', 'src', '/favicon.svg'],
        ['img', 'src', '/profile'],
        ['script', 'src', '/api/docs/start.js'],
        ['script', 'src', '/api/openapi.json'],
        ['script', 'src', '/api/accounts/me'],
        ['script', 'src', '/.well-known/jwks.json', 'net::ERR_BLOCKED_BY_ORB'],
      ] as const) {
        const failing = tab.waitForEvent('requestfailed');
        expect(await load(tab, element, attribute, mainServer.origin + path)).toBe('error');
        expect((await failing).failure()?.errorText).toBe(refusal);
      }
    });
    await target.expectUnchanged();
  });

  test('has no access to a window that it opens', async ({ context, fromForeignPages, target }) => {
    const received: string[] = [];
    context.on('console', (message) => received.push(message.text()));
    await context.addInitScript(() => addEventListener('message', ({ data }) => console.log(`received ${data}`)));
    await fromForeignPages(async (tab) => {
      const opening = context.waitForEvent('page');
      const handle = await tab.evaluateHandle(
        (address) => window.open(address, 'ours'),
        `${mainServer.origin}/profile`,
      );
      const opened = await opening;
      await expect(heading(opened, 'Your profile')).toBeVisible();
      const access = await handle.evaluate((opened) => {
        opened?.postMessage('foreign page', '*');
        return { isGone: opened?.closed, frames: opened?.length };
      });
      expect(access).toEqual({ isGone: true, frames: 0 });
      expect(await opened.evaluate(() => [window.opener, window.name])).toEqual([null, '']);
      await opened.evaluate(() => window.postMessage('itself', '*'));
      await expect.poll(() => received).toContain('received itself');
      await opened.close();
    });
    expect(received).not.toContain('received foreign page');
    await target.expectAccountUnchanged();
  });

  test('gets no referrer', async ({ page, foreignServer }) => {
    for (const there of [foreignServer.otherSite, foreignServer.sameSite]) {
      await page.goto('/login?return-to=/devices');
      await expect(heading(page, 'Sign in')).toBeVisible();
      const visit = page.waitForRequest(`${there}/`);
      await page.evaluate((href) => Object.assign(document.createElement('a'), { href }).click(), there);
      expect(await (await visit).headerValue('referer')).toBeNull();
      await page.waitForURL(`${there}/`);
      expect(await page.evaluate(() => document.referrer)).toBe('');
    }
  });
});

test('a page of an allowed origin can read with a token, but never with the cookie', async ({ page }) => {
  const target = await openTargetAccount(page, corsServer);
  const foreignServer = await startForeignServer(allowedSite.port);
  const tab = await page.context().newPage();
  const headers = { authorization: `Bearer ${target.token}` };

  await tab.goto(allowedSite.origin);
  const [read] = await fetchFrom(tab, corsServer.origin, [{ path: '/api/accounts/me', headers }]);
  expect(read).toContain(`cors 200 {"id":`);
  const withCookie = requestsWith(target.token).map((call) => ({ ...call, credentials: 'include' as const }));
  expectNothingRead(await fetchFrom(tab, corsServer.origin, withCookie));
  const forCookie = { path: '/api/sessions/login', ...json({ ...target.credentials, delivery: 'cookie' }) };
  expectNothingRead(await fetchFrom(tab, corsServer.origin, [{ ...forCookie, credentials: 'include' }]));
  const [rejected] = await fetchFrom(tab, corsServer.origin, [forCookie]);
  expect(rejected).toContain('"code":"origin_not_allowed"');

  await tab.goto(foreignServer.otherSite);
  expectNothingRead(await fetchFrom(tab, corsServer.origin, requestsWith(target.token)));
  await target.expectUnchanged();
  foreignServer.close();
});
