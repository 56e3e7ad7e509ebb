import { fromAnywhere } from './latchkey.ts';
import { password } from './world.ts';

type Tokens = { readonly access_token: string; readonly refresh_token: string };

/** What a server has acknowledged to one user, and what was under way when it ended. */
type Ledger = {
  readonly username: string;
  tokens: Tokens;
  displayName: string;
  /** Sent, but not answered. */
  unanswered: string | undefined;
  readonly signedOut: string[];
};

/** Thrown by a request that the end of the server interrupted. */
class Interrupted extends Error {}

const call = async (url: string, method: string, body: object | undefined, token?: string) => {
  const answer = await fetch(url, {
    method,
    headers: {
      ...fromAnywhere(),
      ...(body && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Interrupted();
  });
  const text = await answer.text().catch(() => {
    throw new Interrupted();
  });
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : undefined };
};

let users = 0;

/** Users who register, change their display name, refresh, sign in elsewhere and sign out, until their server ends. */
export const createWriters = () => {
  const ledgers: Ledger[] = [];
  let acknowledged = 0;

  const send = async (base: string, path: string, status: number, body: object, method = 'POST', token?: string) => {
    const answer = await call(base + path, method, body, token);
    if (answer.status !== status) throw new Error(`${method} ${path} answered ${answer.status}`);
    acknowledged += 1;
    return answer.body;
  };

  const write = async (base: string, ledger: Ledger): Promise<void> => {
    for (let n = 0; ; n++) {
      ledger.unanswered = `Name ${n}`;
      await send(
        base,
        '/api/accounts/me',
        200,
        { displayName: ledger.unanswered },
        'PATCH',
        ledger.tokens.access_token,
      );
      ledger.displayName = ledger.unanswered;
      ledger.tokens = await send(base, '/api/sessions/refresh', 200, { refresh_token: ledger.tokens.refresh_token });
      if (n % 20 !== 10) continue;
      const elsewhere = await send(base, '/api/sessions/login', 200, { username: ledger.username, password });
      await send(base, '/api/sessions/logout', 204, { refresh_token: elsewhere.refresh_token });
      ledger.signedOut.push(elsewhere.refresh_token);
    }
  };

  /** One user: resolves when the server ends. */
  const run = async (base: string): Promise<void> => {
    const username = `writer-${users++}`;
    try {
      const tokens = await send(base, '/api/accounts/register', 201, { username, password, displayName: 'None yet' });
      const ledger = { username, tokens, displayName: 'None yet', unanswered: undefined, signedOut: [] };
      ledgers.push(ledger);
      await write(base, ledger);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  };

  /** The acknowledged writes that this server does not know: a sentence for each. Afterwards nothing is remembered. */
  const missing = async (base: string): Promise<string[]> => {
    const found = await Promise.all(
      ledgers.splice(0).map(async ({ username, tokens, displayName, unanswered, signedOut }) => {
        const lost: string[] = [];
        const me = await call(`${base}/api/accounts/me`, 'GET', undefined, tokens.access_token);
        if (me.status !== 200) lost.push(`${username}: GET me answers ${me.status}`);
        else if (![displayName, unanswered].includes(me.body.displayName))
          lost.push(`${username}: is named ${me.body.displayName}, not ${displayName}`);
        const refreshed = await call(`${base}/api/sessions/refresh`, 'POST', { refresh_token: tokens.refresh_token });
        if (refreshed.status !== 200) lost.push(`${username}: the newest refresh token answers ${refreshed.status}`);
        for (const refresh_token of signedOut) {
          const ended = await call(`${base}/api/sessions/refresh`, 'POST', { refresh_token });
          if (ended.status !== 401) lost.push(`${username}: a session that signed out answers ${ended.status}`);
        }
        return lost;
      }),
    );
    return found.flat();
  };

  return { run, missing, acknowledged: () => acknowledged };
};
