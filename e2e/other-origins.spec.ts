import type { Frame, Page } from '@playwright/test';
import { callFrom, callsWith, json } from './calls.ts';
import { type Elsewhere, openElsewhere } from './elsewhere.ts';
import { test as base, expect, heading } from './fixtures.ts';
import { formsOf, submit, wishesOf } from './forgery.ts';
import { befriended, friend, usual } from './servers.ts';
import { registerMallory } from './strangers.ts';
import { openVictim } from './victim.ts';

type Fixtures = {
  elsewhere: Elsewhere;
  victim: Awaited<ReturnType<typeof openVictim>>;
  /** Does it from a page of another site, then from one of another origin of our site, in tabs of the victim's browser. */
  fromElsewhere: (attempt: (tab: Page, here: string) => Promise<void>) => Promise<void>;
};

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads here what a fixture needs.
  elsewhere: async ({}, use) => {
    const elsewhere = await openElsewhere();
    await use(elsewhere);
    elsewhere.close();
  },
  victim: async ({ page }, use) => use(await openVictim(page, usual)),
  fromElsewhere: async ({ context, elsewhere }, use) =>
    use(async (attempt) => {
      for (const here of [elsewhere.otherSite, elsewhere.sameSite]) {
        const tab = await context.newPage();
        await tab.goto(here);
        await attempt(tab, here);
        await tab.close();
      }
    }),
});

/** What the browser says of an answer that arrived, and that the page may not have (CORP). */
const notSameOrigin = 'net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin';

/** What each frame of a page says that it shows: while it changes hands, the browser has its own idea of that. */
const shownInFrames = (page: Page): Promise<string[]> =>
  Promise.all(
    page
      .frames()
      .slice(1)
      .map((frame) => frame.evaluate(() => location.href).catch(String)),
  );

/** Every frame ends at the browser's own page for what may not be shown. */
const expectOnlyRefusals = (page: Page): Promise<void> =>
  expect.poll(async () => new Set(await shownInFrames(page))).toEqual(new Set(['chrome-error://chromewebdata/']));

/** Puts an element into a page, and says whether what it names was loaded. */
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

/** A frame without an origin: what it sends comes with `Origin: null`. */
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

/** Every one of them has failed, and that is all that a script was told. */
const expectNothingLearnt = (learnt: readonly string[]): void => expect(learnt).toEqual(learnt.map(() => 'TypeError'));

test.describe('a page of another site, and one of another origin of our site,', () => {
  test('shows nothing of ours in a frame', async ({ fromElsewhere, victim }) => {
    await fromElsewhere(async (tab) => {
      for (const [element, attribute, path] of [
        ['iframe', 'src', '/profile'],
        ['iframe', 'src', '/login'],
        ['iframe', 'src', '/password'],
        ['iframe', 'src', '/api/docs'],
        ['object', 'data', '/profile'],
        ['embed', 'src', '/profile'],
      ] as const) {
        const answered = tab.waitForResponse(usual.origin + path);
        await load(tab, element, attribute, usual.origin + path);
        expect((await answered).status()).toBe(200);
      }
      await expectOnlyRefusals(tab);
    });
    await victim.expectUntouched();
  });

  test('changes nothing with a form, and signs nobody in or out', async ({ fromElsewhere, victim, elsewhere }) => {
    const wishes = wishesOf(await registerMallory(), victim.person);
    await fromElsewhere(async (tab, here) => {
      const done: string[] = [];
      for (const wish of wishes) {
        for (const form of formsOf(wish)) {
          const status = await submit(tab, usual.origin + wish.path, form);
          if (status < 400) done.push(`${wish.path} ${form.enctype}`);
        }
      }
      // Without the cookie there is nobody to sign out.
      const vain = ['/api/sessions/logout application/x-www-form-urlencoded'];
      expect(done).toEqual(here === elsewhere.otherSite ? vain : []);
      await expectOnlyRefusals(tab);
    });
    await victim.expectUntouched();
  });

  test('changes nothing with what a script may send without asking', async ({ fromElsewhere, victim }) => {
    const wishes = wishesOf(await registerMallory(), victim.person);
    await fromElsewhere(async (tab, here) => {
      const failures: (string | undefined)[] = [];
      tab.on('requestfailed', (request) => failures.push(request.failure()?.errorText));
      for (const { path, body } of wishes) {
        const address = usual.origin + path;
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
        expectNothingLearnt(await callFrom(tab, usual.origin, [get, post, { ...post, body: text }]));
        // By way of another server, too.
        const detour = { ...post, path: `/?to=${encodeURIComponent(address)}`, body: text };
        expectNothingLearnt(await callFrom(tab, here, [detour]));
      }
      // Each has arrived, but for the one that needs leave: what was told of it is another matter.
      await expect.poll(() => failures.length).toBe(7 * wishes.length);
      expect(failures.filter((failure) => failure === notSameOrigin)).toHaveLength(6 * wishes.length);
    });
    await victim.expectUntouched();
  });

  test('reads nothing, and is not allowed what a script must ask for', async ({ fromElsewhere, victim }) => {
    await fromElsewhere(async (tab) => {
      for (const frame of [tab, await openSandbox(tab)]) {
        expectNothingLearnt(await callFrom(frame, usual.origin, callsWith(victim.token)));
      }
    });
    await victim.expectUntouched();
  });

  test('reads the public documents, as any service may', async ({ fromElsewhere }) => {
    await fromElsewhere(async (tab) => {
      const [keys, metadata, feed] = await callFrom(tab, usual.origin, [
        { path: '/.well-known/jwks.json' },
        { path: '/.well-known/openid-configuration' },
        { path: '/api/tokens/revocations', headers: { prefer: 'wait=0', 'if-none-match': '"none"' } },
      ]);
      expect(keys).toContain('cors 200 {"keys":');
      expect(metadata).toContain('cors 200 {"issuer":');
      expect(feed).toContain('cors 200 eyJ');
    });
  });

  test('loads none of our scripts, styles and pictures, nor JSON as a script', async ({
    page,
    fromElsewhere,
    victim,
  }) => {
    const files = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    );
    const first = (ending: string): string => files.find((path) => path.endsWith(ending)) ?? '';
    await fromElsewhere(async (tab) => {
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
        expect(await load(tab, element, attribute, usual.origin + path)).toBe('error');
        expect((await failing).failure()?.errorText).toBe(refusal);
      }
    });
    await victim.expectUntouched();
  });

  test('keeps no hold on a window that it opens', async ({ context, fromElsewhere, victim }) => {
    const heard: string[] = [];
    context.on('console', (message) => heard.push(message.text()));
    await context.addInitScript(() => addEventListener('message', ({ data }) => console.log(`heard ${data}`)));
    await fromElsewhere(async (tab) => {
      const opening = context.waitForEvent('page');
      const handle = await tab.evaluateHandle((address) => window.open(address, 'ours'), `${usual.origin}/profile`);
      const opened = await opening;
      await expect(heading(opened, 'Your profile')).toBeVisible();
      const held = await handle.evaluate((opened) => {
        opened?.postMessage('a stranger', '*');
        return { isGone: opened?.closed, frames: opened?.length };
      });
      expect(held).toEqual({ isGone: true, frames: 0 });
      expect(await opened.evaluate(() => [window.opener, window.name])).toEqual([null, '']);
      await opened.evaluate(() => window.postMessage('itself', '*'));
      await expect.poll(() => heard).toContain('heard itself');
      await opened.close();
    });
    expect(heard).not.toContain('heard a stranger');
    await victim.expectSameAccount();
  });

  test('is not told where a visitor comes from', async ({ page, elsewhere }) => {
    for (const there of [elsewhere.otherSite, elsewhere.sameSite]) {
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

test('a page of an origin that is allowed reads with a token, and never with the cookie', async ({ page }) => {
  const victim = await openVictim(page, befriended);
  const elsewhere = await openElsewhere(friend.port);
  const tab = await page.context().newPage();
  const headers = { authorization: `Bearer ${victim.token}` };

  await tab.goto(friend.origin);
  const [read] = await callFrom(tab, befriended.origin, [{ path: '/api/accounts/me', headers }]);
  expect(read).toContain(`cors 200 {"id":`);
  const withCookie = callsWith(victim.token).map((call) => ({ ...call, credentials: 'include' as const }));
  expectNothingLearnt(await callFrom(tab, befriended.origin, withCookie));
  const forCookie = { path: '/api/sessions/login', ...json({ ...victim.person, delivery: 'cookie' }) };
  expectNothingLearnt(await callFrom(tab, befriended.origin, [{ ...forCookie, credentials: 'include' }]));
  const [refused] = await callFrom(tab, befriended.origin, [forCookie]);
  expect(refused).toContain('"code":"origin_not_allowed"');

  await tab.goto(elsewhere.otherSite);
  expectNothingLearnt(await callFrom(tab, befriended.origin, callsWith(victim.token)));
  await victim.expectUntouched();
  elsewhere.close();
});
