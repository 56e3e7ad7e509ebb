import { describe, expect, it } from 'vitest';
import { newApp, signInToApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, shareLatchkey } from '../../testing/start-latchkey.ts';

const home = 'https://shop.example.com/';

describe.each(engines)('the logout request of an app on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const ask = (parameters: Readonly<Record<string, string>>, token?: string) => {
    const request = latchkey().http.post('/api/oauth/end-session');
    if (token) request.set(...bearer(token));
    return request.send({ query: `?${new URLSearchParams(parameters)}` });
  };

  it('is confirmed by the ID token of this browser, and leads to the registered address with the state', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const { id_token } = await signInToApp(latchkey(), app, person);
    const request = { id_token_hint: id_token, post_logout_redirect_uri: home, state: 'a b' };
    const expected = { location: `${home}?state=a+b`, isConfirmed: true };
    expect((await ask(request, person.access_token).expect(200)).body).toEqual(expected);
    // The app has kept it for longer than it is valid.
    latchkey().clock.turn(1000);
    expect((await ask(request, person.access_token).expect(200)).body).toEqual(expected);
  });

  it('is not confirmed without a hint, or by the hint of another browser, user or app', async () => {
    const app = await newApp(latchkey());
    const person = await latchkey().person();
    const other = await latchkey().person();
    const { id_token } = await signInToApp(latchkey(), app, person);
    const { id_token: ofOther } = await signInToApp(latchkey(), app, other);
    const otherApp = await newApp(latchkey());
    const elsewhere = await latchkey().openSessionOf(person.id);
    const isConfirmed = async (parameters: Record<string, string>, token?: string) =>
      (await ask(parameters, token).expect(200)).body.isConfirmed;
    expect(await isConfirmed({}, person.access_token)).toBe(false);
    expect(await isConfirmed({ client_id: app.id }, person.access_token)).toBe(false);
    expect(await isConfirmed({ id_token_hint: ofOther }, person.access_token)).toBe(false);
    expect(await isConfirmed({ id_token_hint: id_token }, elsewhere.access_token)).toBe(false);
    expect(await isConfirmed({ id_token_hint: id_token, client_id: otherApp.id }, person.access_token)).toBe(false);
    expect(await isConfirmed({ id_token_hint: `${id_token.slice(0, -4)}AAAA` }, person.access_token)).toBe(false);
    expect(await isConfirmed({ id_token_hint: person.access_token }, person.access_token)).toBe(false);
    expect(await isConfirmed({ id_token_hint: id_token })).toBe(false);
  });

  it.each([
    ['https://shop.example.com/?x=1', 'redirect_uri'],
    ['https://evil.example/', 'redirect_uri'],
    ['javascript:alert(1)', 'redirect_uri'],
  ])('does not lead to %s', async (uri, reason) => {
    const app = await newApp(latchkey());
    const answer = await ask({ client_id: app.id, post_logout_redirect_uri: uri });
    expectProblem(answer, 'invalid_authorization_request');
    expect(answer.body).toMatchObject({ values: { reason } });
  });

  it('does not lead to any address for an unknown app', async () => {
    const answer = await ask({ post_logout_redirect_uri: home });
    expectProblem(answer, 'invalid_authorization_request');
    expect(answer.body).toMatchObject({ values: { reason: 'client' } });
  });
});
