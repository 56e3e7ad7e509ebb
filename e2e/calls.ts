import type { Frame, Page } from '@playwright/test';

type Call = {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly mode?: RequestMode;
  readonly credentials?: RequestCredentials;
};

export const json = (body: object): Pick<Call, 'method' | 'headers' | 'body'> => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Whatever a script can ask: with the cookie, where the browser has one, and with a token that it got hold of. */
export const callsWith = (token: string): readonly Call[] => {
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

/** Calls, one after the other, and gives what the script learns of each: kind, status and text; or only that it failed. */
export const callFrom = (page: Page | Frame, origin: string, calls: readonly Call[]): Promise<string[]> =>
  page.evaluate(
    async ([origin, calls]) => {
      const learnt: string[] = [];
      for (const { path, ...init } of calls) {
        const answer = fetch(origin + path, init).then(
          async (answer) => `${answer.type} ${answer.status} ${await answer.text()}`,
        );
        learnt.push(await answer.catch((error: Error) => error.name));
      }
      return learnt;
    },
    [origin, calls] as const,
  );
