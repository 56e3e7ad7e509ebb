import { describe, expect, it } from 'vitest';
import { askForCode, newApp, newPkce, queryOf, refreshApp, signInToApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectOAuthError, expectProblem } from '../../testing/expect-problem.ts';
import { bearer, shareLatchkey } from '../../testing/start-latchkey.ts';

type SignedIn = { readonly access_token: string };

describe.each(engines)('connected apps on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const list = async ({ access_token }: SignedIn) =>
    (
      await latchkey()
        .http.get('/api/apps')
        .set(...bearer(access_token))
        .expect(200)
    ).body.apps;
  const disconnect = ({ access_token }: SignedIn, id: string) =>
    latchkey()
      .http.delete(`/api/apps/${id}`)
      .set(...bearer(access_token));

  it('are those that the user is signed in to, and those that they have allowed something', async () => {
    const [own, party] = [await newApp(latchkey()), await newApp(latchkey(), { name: 'zzz', isThirdParty: true })];
    const person = await latchkey().person();
    expect(await list(person)).toEqual([]);
    await signInToApp(latchkey(), own, person, { scope: 'openid' });
    const query = queryOf(party, newPkce().challenge, { scope: 'email' });
    await askForCode(latchkey(), query, person, { consent: true }).expect(200);
    const now = latchkey().clock.now().toISOString();
    expect(await list(person)).toEqual([
      { id: own.id, name: expect.any(String), scopes: ['openid'], isActive: true, lastUsedAt: now },
      { id: party.id, name: 'zzz', scopes: ['email'], isActive: false, lastUsedAt: null },
    ]);
    expect(await list(await latchkey().person())).toEqual([]);
  });

  it('are disconnected on every device: sessions end, and the consent is asked for again', async () => {
    const app = await newApp(latchkey(), { name: `party ${engine.name}`, isThirdParty: true });
    const person = await latchkey().person();
    const elsewhere = await latchkey().openSessionOf(person.id);
    const query = queryOf(app, newPkce().challenge);
    await askForCode(latchkey(), query, person, { consent: true }).expect(200);
    const tokens = [await signInToApp(latchkey(), app, person), await signInToApp(latchkey(), app, elsewhere)];
    const other = await latchkey().person();
    await askForCode(latchkey(), query, other, { consent: true }).expect(200);
    const ofOther = await signInToApp(latchkey(), app, other);

    await disconnect(person, app.id).expect(204);
    for (const { refresh_token } of tokens)
      expectOAuthError(await refreshApp(latchkey(), app, refresh_token), 'session_ended');
    await refreshApp(latchkey(), app, ofOther.refresh_token).expect(200);
    expect((await askForCode(latchkey(), query, person).expect(200)).body).toHaveProperty('consent');
    expect(await list(person)).toEqual([]);
    expectProblem(await disconnect(person, app.id), 'not_found');
    await latchkey().me(person.access_token).expect(200);
  });

  it('of another user cannot be disconnected', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const { refresh_token } = await signInToApp(latchkey(), app, person);
    expectProblem(await disconnect(await latchkey().person(), app.id), 'not_found');
    await refreshApp(latchkey(), app, refresh_token).expect(200);
  });
});
