import { expect, type Person } from './fixtures.ts';
import { usual } from './servers.ts';

export const firefoxOnAndroid = 'Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';

const send = async (path: string, body: unknown) => {
  const answer = await fetch(usual.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': firefoxOnAndroid },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};

/** The same person, on a phone. */
export const signInElsewhere = (person: Person) => send('/api/sessions/login', person);

/** What a thief does: goes on with a refresh token that its owner has traded on twice since. */
export const useTokenTwice = async (person: Person): Promise<void> => {
  const { body: stolen } = await send('/api/sessions/login', person);
  const { body: next } = await send('/api/sessions/refresh', { refresh_token: stolen.refresh_token });
  await send('/api/sessions/refresh', { refresh_token: next.refresh_token });
  const { status, body } = await send('/api/sessions/refresh', { refresh_token: stolen.refresh_token });
  expect([status, body.code]).toEqual([401, 'refresh_reused']);
};
