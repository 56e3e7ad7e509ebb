import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { databaseUrlOf, mainServer } from './servers.ts';

export type App = { readonly id: string; readonly secret: string | undefined };

/** Registers an app with the command of the operator, while the server runs. */
export const addApp = async (name: string, ...options: readonly string[]): Promise<App> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['apps/api/src/cli.ts', 'apps', 'add', name, ...options],
    {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrlOf(mainServer),
        APP_SECRET: randomBytes(32).toString('hex'),
      },
    },
  );
  const [, id = ''] = /Client id: (\S+)/.exec(stdout) ?? [];
  const [, secret] = /secret \(shown once\): (\S+)/.exec(stdout) ?? [];
  return { id, secret };
};

/** The address that an app sends the browser to, and the function that redeems the code with which it returns. */
export const newRequest = (app: App, redirectUri: string, more: Readonly<Record<string, string>> = {}) => {
  const verifier = randomBytes(32).toString('base64url');
  const parameters = {
    client_id: app.id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile offline_access',
    state: 'the state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  };
  const post = async (grant: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ client_id: app.id, ...(app.secret && { client_secret: app.secret }), ...grant });
    const answer = await fetch(`${mainServer.origin}/api/oauth/token`, { method: 'POST', body });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  return {
    address: `${mainServer.origin}/oauth/authorize?${new URLSearchParams(parameters)}`,
    parameters,
    redeem: (returned: string) =>
      post({
        grant_type: 'authorization_code',
        code: new URL(returned).searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    refresh: (refresh_token = '') => post({ grant_type: 'refresh_token', refresh_token }),
  };
};
