import { type Credentials, expect, newCredentials } from './fixtures.ts';
import { mainServer } from './servers.ts';

export const firefoxOnAndroid = 'Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';

const send = async (path: string, body: unknown, { origin }: { readonly origin: string } = mainServer) => {
  const answer = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': firefoxOnAndroid },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBeLessThan(500);
  return { status: answer.status, body: await answer.json() };
};

/** Signs in on a phone. */
export const signInWithApi = (credentials: Credentials, server: { readonly origin: string } = mainServer) =>
  send('/api/sessions/login', credentials, server);

/** Creates an account without signing in a browser. */
export const registerWithApi = async (credentials: Credentials = newCredentials()): Promise<Credentials> => {
  expect((await send('/api/accounts/register', credentials)).status).toBe(201);
  return credentials;
};

/** Creates the attacker's account. Its password has a `=`, so that a form can send it as JSON. */
export const registerAttacker = (): Promise<Credentials> =>
  registerWithApi({ ...newCredentials(), password: 'seven purple=kettles' });

/** Uses a stolen refresh token after the owner has refreshed twice. */
export const reuseRefreshToken = async (credentials: Credentials): Promise<void> => {
  const { body: stolen } = await send('/api/sessions/login', credentials);
  const { body: next } = await send('/api/sessions/refresh', { refresh_token: stolen.refresh_token });
  await send('/api/sessions/refresh', { refresh_token: next.refresh_token });
  const { status, body } = await send('/api/sessions/refresh', { refresh_token: stolen.refresh_token });
  expect([status, body.code]).toEqual([401, 'refresh_reused']);
};
