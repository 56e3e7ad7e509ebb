import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@latchkey/api/testing/free-port';
import { launch, testConfig } from '@latchkey/api/testing/launch';
import { createPeople, password } from '@latchkey/api/testing/people';
import pino from 'pino';
import { createClock } from './clock.ts';
import type { Latchkey, Options, User } from './latchkey.ts';
import { createTokens } from './tokens.ts';

export type { Clock, Latchkey, Options, RefusedTokens, TokenOptions, User } from './latchkey.ts';

/** How many free ports to try: another process may take one before Latchkey listens there. */
const maxAttempts = 5;

/**
 * Starts a real Latchkey in this process, on a temporary SQLite database, until `stop`. It serves the API, without the web app.
 * @throws Error with one sentence for each wrong setting, or if the port is in use
 */
export const startLatchkey = async ({ settings = {}, port }: Options = {}): Promise<Latchkey> => {
  // The database driver would end an older Node without a message.
  const { node } = process.versions;
  if (Number.parseInt(node, 10) < 22)
    throw new Error(`@latchkey/testing needs Node 22 or newer; this is Node ${node}.`);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const clock = createClock();

  const start = async (attempt: number) => {
    const ownPort = port ?? (await freePort());
    const url = `http://127.0.0.1:${ownPort}`;
    const database = `file:${join(folder, 'latchkey.db')}`;
    const config = testConfig({ ...settings, PUBLIC_URL: url, DATABASE_URL: database });
    try {
      const logger = pino({ level: 'silent' });
      return { url, ...(await launch(config, { clock: clock.now, sleep: clock.sleep, logger, port: ownPort })) };
    } catch (error) {
      if (port !== undefined || attempt === maxAttempts) throw error;
      return start(attempt + 1);
    }
  };
  const { url, services, database, close } = await start(1).catch((error) => {
    removeFolder();
    throw error;
  });

  const { person, openSessionOf } = createPeople(services);
  const withTokens = (
    user: Pick<User, 'id' | 'username' | 'role'>,
    { session, access_token, refresh_token }: Awaited<ReturnType<typeof openSessionOf>>,
  ): User => ({
    ...user,
    password,
    authenticatedAt: session.authenticatedAt,
    accessToken: access_token,
    refreshToken: refresh_token,
  });

  return {
    url,
    clock,
    async createUser({ role = 'user', ...options } = {}) {
      const { id, username, ...tokens } = await person({ role, ...options });
      return withTokens({ id, username, role }, tokens);
    },
    signIn: async ({ id, username, role }) => withTokens({ id, username, role }, await openSessionOf(id)),
    ...createTokens(services),
    async revoke(token) {
      const answer = await fetch(`${url}/api/oauth/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
      if (!answer.ok) throw new Error(`the revocation endpoint answered ${answer.status}`);
    },
    async stop() {
      await close();
      await database.close();
      removeFolder();
    },
  };
};
