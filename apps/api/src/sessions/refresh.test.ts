import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { appSecret, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('refresh on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const refresh = (refresh_token: string, { http } = latchkey()) =>
    http.post('/api/sessions/refresh').send({ refresh_token });

  it('returns a new access token and a new refresh token, and both work', async () => {
    const { refresh_token, access_token } = await latchkey().person();
    const { body } = await refresh(refresh_token).expect(200);
    expect(body.access_token).not.toBe(access_token);
    expect(body.refresh_token).not.toBe(refresh_token);
    expect(body).toMatchObject({ token_type: 'bearer', expires_in: 1800 });
    await latchkey().me(body.access_token).expect(200);
    await refresh(body.refresh_token).expect(200);
  });

  it('fifty concurrent refreshes of one token all get the same successor', async () => {
    const { refresh_token } = await latchkey().person();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refresh_token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(answers[0]?.body.refresh_token).not.toBe(refresh_token);
  });

  it('a spent token returns the same successor for ten seconds', async () => {
    const { refresh_token } = await latchkey().person();
    const { body: first } = await refresh(refresh_token).expect(200);
    latchkey().clock.turn(9);
    const { body: again } = await refresh(refresh_token).expect(200);
    expect(again.refresh_token).toBe(first.refresh_token);
  });

  it('a spent token whose successor was never used returns a new one, however late', async () => {
    const { refresh_token, access_token } = await latchkey().person();
    const { body: lost } = await refresh(refresh_token).expect(200);
    latchkey().clock.turn(3600);
    const { body: first } = await refresh(refresh_token).expect(200);
    expect(first.refresh_token).not.toBe(lost.refresh_token);
    latchkey().clock.turn(3600);
    const { body: second } = await refresh(refresh_token).expect(200);
    const { body: third } = await refresh(second.refresh_token).expect(200);
    await latchkey().me(third.access_token).expect(200);
    expectProblem(await latchkey().me(access_token), 'token_expired');
  });

  it('fifty concurrent late retries of one token all get the same successor', async () => {
    const { refresh_token, session } = await latchkey().person();
    await refresh(refresh_token).expect(200);
    latchkey().clock.turn(11);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refresh_token)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(await latchkey().sessionOf(session.id)).toMatchObject({ generation: 3, spentGeneration: 1 });
  });

  it('reuse of a token that a late retry replaced ends that session only', async () => {
    const { refresh_token, session, id } = await latchkey().person();
    const elsewhere = await latchkey().openSessionOf(id);
    const { body: owner } = await refresh(refresh_token).expect(200);
    latchkey().clock.turn(11);
    const { body: thief } = await refresh(refresh_token).expect(200);
    latchkey().clock.turn(11);
    expectProblem(await refresh(owner.refresh_token), 'refresh_reused');
    expectProblem(await latchkey().me(thief.access_token), 'token_revoked');
    expectProblem(await refresh(thief.refresh_token), 'session_ended');
    await latchkey().me(elsewhere.access_token).expect(200);
    expect(await latchkey().sessionOf(session.id)).toMatchObject({ endReason: 'refresh_reused' });
  });

  it('two clients that share a stolen token are detected once each has refreshed', async () => {
    const { refresh_token } = await latchkey().person();
    const { body: owner } = await refresh(refresh_token).expect(200);
    latchkey().clock.turn(60);
    const { body: thief } = await refresh(owner.refresh_token).expect(200);
    latchkey().clock.turn(60);
    // To the server the owner's token looks like a retry, so it skips the token that the thief received.
    const { body: next } = await refresh(owner.refresh_token).expect(200);
    latchkey().clock.turn(60);
    expectProblem(await refresh(thief.refresh_token), 'refresh_reused');
    expectProblem(await refresh(next.refresh_token), 'session_ended');
  });

  it('a response that arrives after a late retry signs nobody out', async () => {
    const { refresh_token } = await latchkey().person();
    const { body: slow } = await refresh(refresh_token).expect(200);
    latchkey().clock.turn(11);
    const { body: retried } = await refresh(refresh_token).expect(200);
    const { body: again } = await refresh(slow.refresh_token).expect(200);
    expect(again.refresh_token).toBe(retried.refresh_token);
  });

  it('a token two generations old counts as reuse immediately', async () => {
    const { refresh_token } = await latchkey().person();
    const { body: second } = await refresh(refresh_token).expect(200);
    const { body: third } = await refresh(second.refresh_token).expect(200);
    expectProblem(await refresh(refresh_token), 'refresh_reused');
    expectProblem(await refresh(third.refresh_token), 'session_ended');
  });

  it('a forged token ends nothing', async () => {
    const { refresh_token, access_token, session } = await latchkey().person();
    const stranger = await startLatchkey(engine, { settings: { APP_SECRET: appSecret.replaceAll('a', '9') } });
    const [header, payload, signature = ''] = refresh_token.split('.');
    const forgeries = [
      stranger.services.refreshTokens.sign({ ...session, generation: 0 }),
      `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      `${header}.${payload}.`,
      access_token,
    ];
    for (const forgery of forgeries) expectProblem(await refresh(forgery), 'refresh_invalid');
    await latchkey().me(access_token).expect(200);
    await refresh(refresh_token).expect(200);
  });

  it('a session ends after seven days without a refresh; each refresh restarts the seven days', async () => {
    const sixDays = 6 * 86_400;
    const { refresh_token } = await latchkey().person();
    latchkey().clock.turn(sixDays);
    const { body: second } = await refresh(refresh_token).expect(200);
    latchkey().clock.turn(sixDays);
    const { body: third } = await refresh(second.refresh_token).expect(200);
    latchkey().clock.turn(7 * 86_400);
    expectProblem(await refresh(third.refresh_token), 'session_ended');
  });

  it('no session outlives ninety days, however often it is refreshed', async () => {
    const { session, ...person } = await latchkey().person();
    let token = person.refresh_token;
    for (let day = 6; day <= 84; day += 6) {
      latchkey().clock.turn(6 * 86_400);
      token = (await refresh(token).expect(200)).body.refresh_token;
    }
    latchkey().clock.turn(6 * 86_400 - 60);
    const { body: last } = await refresh(token).expect(200);
    expect(latchkey().services.refreshTokens.deadlineOf({ ...session, refreshedAt: latchkey().clock.now() })).toEqual(
      session.expiresAt,
    );
    await latchkey().me(last.access_token).expect(200);
    latchkey().clock.turn(60);
    // The access token would be valid for another half hour, but the session has ended.
    expectProblem(await latchkey().me(last.access_token), 'token_revoked');
    expectProblem(await refresh(last.refresh_token), 'session_ended');
  });

  it('a disabled account gets no new tokens', async () => {
    const { refresh_token, id } = await latchkey().person();
    await latchkey().disable(id);
    expectProblem(await refresh(refresh_token), 'session_ended');
  });

  it('a clock that runs thirty seconds behind signs nobody out', async () => {
    const { config, databaseUrl, clock } = latchkey();
    const behind = await startLatchkey(engine, {
      databaseUrl,
      clock: { now: () => new Date(clock.now().getTime() - 30_000), turn: clock.turn },
    });
    expect(config.clockToleranceSeconds).toBe(30);
    const { access_token, refresh_token } = await latchkey().person();
    await behind.me(access_token).expect(200);
    await refresh(refresh_token, behind).expect(200);
  });

  it('tokens signed with the previous secret still refresh', async () => {
    const { refresh_token } = await latchkey().person();
    const { databaseUrl, clock } = latchkey();
    const settings = { APP_SECRET: 'f00dfacecafe1234567890abcdef9876', APP_SECRET_PREVIOUS: appSecret };
    const rotated = await startLatchkey(engine, { databaseUrl, clock, settings });
    const { body } = await refresh(refresh_token, rotated).expect(200);
    await refresh(body.refresh_token, rotated).expect(200);
  });
});
