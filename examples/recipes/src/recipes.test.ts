import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../../../apps/api/testing/engines.ts';
import { freePort } from '../../../apps/api/testing/free-port.ts';
import { shareLatchkey } from '../../../apps/api/testing/start-latchkey.ts';
import { makeTokens, type Tokens } from '../testing/make-tokens.ts';
import { recipes } from '../testing/recipes.ts';
import { startRecipe } from '../testing/start-recipe.ts';

const port = await freePort();
const issuer = `http://127.0.0.1:${port}`;
const latchkey = shareLatchkey(engines[0], { port, settings: { PUBLIC_URL: issuer } });
let tokens: Tokens;
beforeAll(async () => {
  tokens = await makeTokens(latchkey());
});

describe.each(recipes)('the recipe $file', (recipe) => {
  const { file, missing, algorithms, isProxy } = recipe;
  if (missing) return it.skip(`runs (skipped: Debian's ${missing} is not installed)`);

  let service: Awaited<ReturnType<typeof startRecipe>>;
  beforeAll(async () => {
    service = await startRecipe(recipe, issuer);
  });
  afterAll(() => service?.stop());

  it.each(algorithms)('accepts an access token with %s', async (algorithm) => {
    const { status, body } = await service.ask(tokens.accepted[algorithm]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ username: tokens.username });
  });

  it('refuses every other token', async () => {
    const asked = Object.entries(tokens.refused).map(async ([name, token]) => [
      name,
      (await service.ask(token)).status,
    ]);
    const statuses = Object.fromEntries(await Promise.all(asked));
    expect(statuses).toEqual(Object.fromEntries(Object.keys(tokens.refused).map((name) => [name, 401])));
  });

  if (file === 'flask-jwt-extended.py') {
    it('requires a recent sign-in for an order', async () => {
      expect((await service.ask(tokens.accepted.RS256, {}, '/orders', 'POST')).status).toBe(200);
      expect((await service.ask(tokens.notFresh, {}, '/orders', 'POST')).status).toBe(401);
    });
  }

  if (isProxy) {
    it('replaces every header with which a client could name a user, and keeps the token from the app', async () => {
      const names = ['Remote-User', 'Remote-User-Id', 'Remote-Groups', 'Remote-Name', 'Remote-Email'];
      const own = names.flatMap((name) => [name, name.replaceAll('-', '_'), name.toUpperCase()]);
      const forged = Object.fromEntries(own.map((name) => [name, 'forged']));
      const { status, body } = await service.ask(tokens.accepted.RS256, forged, '/me?audience=blog', 'POST');
      expect(status).toBe(200);
      const { username, userId } = tokens;
      const remote = Object.entries(body.headers).filter(([name]) => /^remote/i.test(name));
      expect(Object.fromEntries(remote)).toEqual({
        'remote-user': username,
        'remote-user-id': userId,
        'remote-groups': 'user',
      });
      expect(body.headers).not.toHaveProperty('authorization');
    });

    it('passes the challenge of RFC 6750 on', async () => {
      const { headers } = await service.ask(tokens.refused['an expired token']);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="latchkey", error="invalid_token"/);
    });

    it('refuses a revoked token on the next request', async () => {
      const { accepted, revoke } = await makeTokens(latchkey());
      expect((await service.ask(accepted.RS256)).status).toBe(200);
      await revoke();
      expect((await service.ask(accepted.RS256)).status).toBe(401);
    });
  }
});

it('the README of the guard shows each recipe as it is tested', () => {
  const readme = readFileSync(new URL('../../../packages/guard/README.md', import.meta.url), 'utf8');
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => !file.endsWith('.test.ts'));
  expect(files.sort()).toEqual(recipes.map(({ file }) => file).sort());
  for (const file of files) {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    const [, shown = ''] = readme.split(`](../../examples/recipes/src/${file})`);
    expect(shown.split(/^```.*\n/m)[1]).toBe(text);
  }
});
