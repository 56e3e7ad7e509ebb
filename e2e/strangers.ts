import { expect, newPerson, type Person } from './fixtures.ts';
import { usual } from './servers.ts';

export const firefoxOnAndroid = 'Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';

const send = async (path: string, body: unknown, { origin }: { readonly origin: string } = usual) => {
  const answer = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': firefoxOnAndroid },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBeLessThan(500);
  return { status: answer.status, body: await answer.json() };
};

/** The same person, on a phone. */
export const signInElsewhere = (person: Person, server: { readonly origin: string } = usual) =>
  send('/api/sessions/login', person, server);

/** Somebody who has an account, and is signed in nowhere here. */
export const registerElsewhere = async (person: Person = newPerson()): Promise<Person> => {
  expect((await send('/api/accounts/register', person)).status).toBe(201);
  return person;
};

/** Somebody who has an account here, too. Their password can be written as a form that reads as JSON. */
export const registerMallory = (): Promise<Person> =>
  registerElsewhere({ ...newPerson(), password: 'seven purple=kettles' });

/** What a thief does: goes on with a refresh token that its owner has traded on twice since. */
export const useTokenTwice = async (person: Person): Promise<void> => {
  const { body: stolen } = await send('/api/sessions/login', person);
  const { body: next } = await send('/api/sessions/refresh', { refresh_token: stolen.refresh_token });
  await send('/api/sessions/refresh', { refresh_token: next.refresh_token });
  const { status, body } = await send('/api/sessions/refresh', { refresh_token: stolen.refresh_token });
  expect([status, body.code]).toEqual([401, 'refresh_reused']);
};
