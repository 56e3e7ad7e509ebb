import type { Page } from '@playwright/test';
import { signInWithApi } from './api-client.ts';
import { expect, heading, register } from './fixtures.ts';

type Server = { readonly port: number; readonly origin: string };

/** Everything in the account that an attack could change, read from another device. */
const readAccount = async ({ origin }: Server, token: string) => {
  const get = async (path: string) => {
    const answer = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const { sessions } = await get('/api/sessions');
  const ends = sessions.map(({ id, endedAt }: { id: string; endedAt: string | null }) => `${id} ${endedAt}`).sort();
  return { me: await get('/api/accounts/me'), ends, tokens: (await get('/api/tokens')).tokens };
};

/** An account that is signed in in this browser and on a phone; `token` is the phone's access token. */
export const openTargetAccount = async (page: Page, server: Server) => {
  const credentials = await register(page, undefined, server);
  await page.goto(`${server.origin}/profile`);
  await expect(heading(page, 'Your profile')).toBeVisible();
  const { access_token: token }: { access_token: string } = (await signInWithApi(credentials, server)).body;
  const before = await readAccount(server, token);
  const cookies = await page.context().cookies(server.origin);
  expect(cookies.length).toBeGreaterThan(0);

  /** Both sessions are active, with the same profile, tokens and password. */
  const expectAccountUnchanged = async (): Promise<void> => {
    expect(await readAccount(server, token)).toEqual(before);
    await page.reload();
    await expect(heading(page, 'Your profile')).toBeVisible();
    await expect(page.getByText(`@${credentials.username}`)).toBeVisible();
    expect((await signInWithApi(credentials, server)).status).toBe(200);
  };
  return {
    credentials,
    token,
    expectAccountUnchanged,
    /** Also checks that nothing used the cookie meanwhile. */
    expectUnchanged: async (): Promise<void> => {
      expect(await page.context().cookies(server.origin)).toEqual(cookies);
      await expectAccountUnchanged();
    },
  };
};
