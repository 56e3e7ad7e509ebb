import type { Page } from '@playwright/test';
import { expect, heading, register } from './fixtures.ts';
import { signInElsewhere } from './strangers.ts';

type Server = { readonly port: number; readonly origin: string };

/** The account as its owner sees it from another device: all that an attack could have changed. */
const look = async ({ origin }: Server, token: string) => {
  const get = async (path: string) => {
    const answer = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const { sessions } = await get('/api/sessions');
  const ends = sessions.map(({ id, endedAt }: { id: string; endedAt: string | null }) => `${id} ${endedAt}`).sort();
  return { me: await get('/api/accounts/me'), ends, tokens: (await get('/api/tokens')).tokens };
};

/** Somebody who is signed in in this browser, and on a phone, whose token is given. */
export const openVictim = async (page: Page, server: Server) => {
  const person = await register(page, undefined, server);
  await page.goto(`${server.origin}/profile`);
  await expect(heading(page, 'Your profile')).toBeVisible();
  const { access_token: token }: { access_token: string } = (await signInElsewhere(person, server)).body;
  const before = await look(server, token);
  const cookies = await page.context().cookies(server.origin);
  expect(cookies.length).toBeGreaterThan(0);

  /** Still signed in here and there, with the same profile, tokens and password. */
  const expectSameAccount = async (): Promise<void> => {
    expect(await look(server, token)).toEqual(before);
    await page.reload();
    await expect(heading(page, 'Your profile')).toBeVisible();
    await expect(page.getByText(`@${person.username}`)).toBeVisible();
    expect((await signInElsewhere(person, server)).status).toBe(200);
  };
  return {
    person,
    token,
    expectSameAccount,
    /** And nobody used the cookie meanwhile. */
    expectUntouched: async (): Promise<void> => {
      expect(await page.context().cookies(server.origin)).toEqual(cookies);
      await expectSameAccount();
    },
  };
};
