import type { Frame, Page } from '@playwright/test';

type ForeignRequest = {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly mode?: RequestMode;
  readonly credentials?: RequestCredentials;
};

export const json = (body: object): Pick<ForeignRequest, 'method' | 'headers' | 'body'> => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** The requests that a script can make: with the cookie, if the browser has one, and with a stolen token. */
export const requestsWith = (token: string): readonly ForeignRequest[] => {
  const headers = { authorization: `Bearer ${token}` };
  return [
    { path: '/profile', credentials: 'include' },
    { path: '/api/openapi.json' },
    { path: '/api/accounts/me', credentials: 'include' },
    { path: '/api/accounts/me', headers },
    { path: '/api/accounts/me', headers, method: 'PATCH', body: '{"displayName":"Mallory"}' },
    { path: '/api/sessions', headers, method: 'DELETE' },
    { path: '/api/sessions/logout', headers, method: 'POST' },
    { path: '/api/sessions/logout', method: 'POST', credentials: 'include' },
    { path: '/api/sessions/refresh', method: 'POST', credentials: 'include' },
    { path: '/api/sessions/refresh', ...json({}), credentials: 'include' },
  ];
};

/** Sends the requests in order and returns what the script can read: type, status and text, or the name of the error. */
export const fetchFrom = (page: Page | Frame, origin: string, calls: readonly ForeignRequest[]): Promise<string[]> =>
  page.evaluate(
    async ([origin, calls]) => {
      const results: string[] = [];
      for (const { path, ...init } of calls) {
        const answer = fetch(origin + path, init).then(
          async (answer) => `${answer.type} ${answer.status} ${await answer.text()}`,
        );
        results.push(await answer.catch((error: Error) => error.name));
      }
      return results;
    },
    [origin, calls] as const,
  );
