import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import type { Request } from 'autocannon';
import { environmentOf, fromAnywhere, startLatchkey, trade } from '../latchkey.ts';
import { press } from '../load.ts';
import { inTurn, type Part } from '../part.ts';
import { connections, latchkeyData } from '../world.ts';

const metric = 'sign-ins to an app per second';
const callback = 'https://shop.example.com/callback';

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Registers an app, and returns its client id. */
const addApp = (databaseUrl: string): string => {
  const name = `shop-${randomBytes(4).toString('hex')}`;
  const printed = execFileSync(process.execPath, ['apps/api/src/cli.ts', 'apps', 'add', name, '--redirect', callback], {
    env: { ...process.env, ...environmentOf(databaseUrl) },
    encoding: 'utf8',
  });
  const [, id] = /Client id: (\S+)/.exec(printed) ?? [];
  if (id === undefined) throw new Error(`no client id in: ${printed}`);
  return id;
};

/** The requests of one connection: a code for the next user who is signed in, and its tokens. */
const signingIn = (clientId: string, scope: string, nextToken: () => string): Request[] => {
  let code = '';
  const query = `?${new URLSearchParams({
    client_id: clientId,
    redirect_uri: callback,
    response_type: 'code',
    scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })}`;
  return [
    {
      method: 'POST',
      path: '/api/oauth/authorize',
      setupRequest: (request) => ({
        ...request,
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${nextToken()}`, ...fromAnywhere() },
        body: JSON.stringify({ query }),
      }),
      onResponse: (_status, body) => {
        code = new URL(JSON.parse(body).location).searchParams.get('code') ?? '';
      },
    },
    {
      method: 'POST',
      path: '/api/oauth/token',
      setupRequest: (request) => ({
        ...request,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...fromAnywhere() },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: callback,
          code_verifier: verifier,
          client_id: clientId,
        }).toString(),
      }),
    },
  ];
};

export const authorize: Part = {
  title: 'Sign-ins to apps',
  about:
    'Somebody who is signed in to Latchkey signs in to an app: a code, then its tokens, both on disk before they are answered. `profile` gets an access token only, `openid offline_access` an ID token and a refresh token, too: two RSA signatures.',
  targets: [
    { what: 'sign-ins to an app, with an ID token', of: [metric, 'Latchkey, openid offline_access'], min: 500 },
  ],
  async measure(say) {
    const data = await latchkeyData();
    const latchkey = await startLatchkey(data.databaseUrl);
    const clientId = addApp(data.databaseUrl);
    const tokens = (await trade(latchkey, data)).map(({ access_token }) => access_token);
    let turn = 0;
    const nextToken = (): string => tokens[turn++ % tokens.length] ?? '';
    const signIn = (scope: string) => async () => {
      const requestsOf = () => signingIn(clientId, scope, nextToken);
      const { perSecond } = await press({ base: latchkey.base, connections, warmSeconds: 0.5, seconds: 3, requestsOf });
      return { [metric]: perSecond / 2 };
    };
    const metrics = await inTurn(
      4,
      { [metric]: '/s' },
      {
        'Latchkey, openid offline_access': signIn('openid offline_access'),
        'Latchkey, profile only': signIn('profile'),
      },
      say,
    );
    await latchkey.stop();
    return metrics;
  },
};
