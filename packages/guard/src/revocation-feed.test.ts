import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Issuer, paths, startIssuer } from '../testing/start-issuer.ts';
import { startService } from '../testing/start-service.ts';

/** A service that has read the feed once and now waits for news. */
const startListener = async (options: Parameters<typeof startService>[1] = {}, issuer?: Issuer) => {
  const from = issuer ?? (await startIssuer());
  const service = await startService(from, options);
  await service.inTime(from.waiting).toBe(1);
  return { issuer: from, service };
};

describe('a revoked session', () => {
  it('is refused as soon as the waiting poll is answered', async () => {
    const { issuer, service } = await startListener();
    const token = await issuer.token({ sid: 'a' });
    expect(await service.codeFor(token)).toBe('none');
    const polls = issuer.countOf(paths.feed);
    issuer.revoke('a');
    await service.inTime(() => service.codeFor(token)).toBe('token_revoked');
    expect(await service.codeFor(await issuer.token({ sid: 'b' }))).toBe('none');
    // No request in between: the waiting poll was answered.
    expect(issuer.requests.filter(({ path }) => path === paths.feed)[polls - 1]?.prefer).toBe('wait=25');
  });

  it('that continues is refused only for tokens issued before', async () => {
    const { issuer, service } = await startListener();
    const now = issuer.nowSeconds();
    issuer.revoke('a', now - 5);
    await service
      .inTime(async () => service.codeFor(await issuer.token({ sid: 'a', iat: now - 5 })))
      .toBe('token_revoked');
    expect(await service.codeFor(await issuer.token({ sid: 'a', iat: now - 4 }))).toBe('none');
  });

  it('from before the start of the service is refused at the first request', async () => {
    const issuer = await startIssuer();
    const token = await issuer.token({ sid: 'a' });
    issuer.revoke('a');
    const service = await startService(issuer);
    expect(await service.codeFor(token)).toBe('token_revoked');
  });

  it('stays refused after a 304', async () => {
    const issuer = await startIssuer();
    const token = await issuer.token({ sid: 'a' });
    issuer.revoke('a');
    const { service } = await startListener({}, issuer);
    const polls = issuer.countOf(paths.feed);
    issuer.answerNothingNew();
    await service.inTime(() => issuer.countOf(paths.feed)).toBe(polls + 1);
    expect(await service.codeFor(token)).toBe('token_revoked');
    expect(service.faults).toEqual([]);
  });
});

describe('the feed', () => {
  it('is followed again after the issuer was away', async () => {
    const { issuer, service } = await startListener();
    issuer.goAway();
    await service.inTime(() => service.faults.length).toBeGreaterThanOrEqual(2);
    issuer.comeBack();
    await service.inTime(issuer.waiting).toBe(1);
    const token = await issuer.token({ sid: 'a' });
    issuer.revoke('a');
    await service.inTime(() => service.codeFor(token)).toBe('token_revoked');
  });

  it('signed by a new key is accepted', async () => {
    const { issuer, service } = await startListener();
    const token = await issuer.token({ sid: 'a' });
    await issuer.rotate();
    issuer.revoke('a');
    await service.inTime(() => service.codeFor(token)).toBe('token_revoked');
  });

  type Forge = (issuer: Issuer, stranger: Issuer) => string | Promise<string>;
  it.each<[string, Forge]>([
    ['signed with another key', (issuer, stranger) => stranger.sign('revocations+jwt', feedOf(issuer))],
    ['of another kind', (issuer) => issuer.sign('at+jwt', feedOf(issuer))],
    [
      'of another issuer',
      (issuer) => issuer.sign('revocations+jwt', { ...feedOf(issuer), iss: 'https://elsewhere.example' }),
    ],
    ['of another audience', (issuer) => issuer.sign('revocations+jwt', { ...feedOf(issuer), aud: 'shop' })],
    ['of no audience', (issuer) => issuer.sign('revocations+jwt', { ...feedOf(issuer), aud: undefined })],
    [
      'too old',
      (issuer) =>
        issuer.sign('revocations+jwt', {
          ...feedOf(issuer),
          iat: issuer.nowSeconds() - 151,
          exp: issuer.nowSeconds() - 31,
        }),
    ],
    [
      'from the future',
      (issuer) => issuer.sign('revocations+jwt', { ...feedOf(issuer), iat: issuer.nowSeconds() + 60 }),
    ],
    ['without an exp', (issuer) => issuer.sign('revocations+jwt', { ...feedOf(issuer), exp: undefined })],
    ['of another shape', (issuer) => issuer.sign('revocations+jwt', { ...feedOf(issuer), revoked: { a: 1 } })],
    ['that is not a JWT', () => '{"revoked":[]}'],
  ])('%s is ignored: no session is refused, and the feed counts as unanswered', async (_what, forge) => {
    const issuer = await startIssuer();
    const stranger = await startIssuer();
    const forged = await forge(issuer, stranger);
    issuer.routes[paths.feed] = (_request, response) => response.writeHead(200, { ETag: '"forged"' }).end(forged);
    const service = await startService(issuer, { whenStale: 'allow' });
    const token = await issuer.token({ sid: 'a' });
    expect(await service.codeFor(token)).toBe('none');
    expect(service.faults).toEqual([expect.stringContaining('invalid or expired')]);
    expect(service.guard.staleSeconds()).toBe(Number.POSITIVE_INFINITY);
  });
  const feedOf = (issuer: Issuer) => ({
    ...issuer.feedClaims(),
    revoked: [{ sid: 'a', before: issuer.nowSeconds() + 9 }],
  });

  it('that is replayed while it is valid undoes no revocation', async () => {
    const { issuer, service } = await startListener();
    const earlier = await issuer.sign('revocations+jwt', issuer.feedClaims());
    issuer.clock.turn(10);
    const token = await issuer.token({ sid: 'a' });
    issuer.revoke('a');
    await service.inTime(() => service.codeFor(token)).toBe('token_revoked');
    await service.inTime(issuer.waiting).toBe(1);

    let played = 0;
    issuer.routes[paths.feed] = (_request, response) => {
      played += 1;
      response.writeHead(200, { ETag: `"played ${played}"` }).end(earlier);
    };
    issuer.answerNothingNew();
    await service.inTime(() => played).toBeGreaterThanOrEqual(2);
    expect(await service.codeFor(token)).toBe('token_revoked');
  });

  it('is read in full before its signature expires, even after answers of 304', async () => {
    const { issuer, service } = await startListener();
    issuer.clock.turn(100);
    const polls = issuer.countOf(paths.feed);
    issuer.answerNothingNew();
    await service.inTime(() => issuer.countOf(paths.feed)).toBeGreaterThanOrEqual(polls + 2);
    const [full, next] = issuer.requests.filter(({ path }) => path === paths.feed).slice(polls);
    expect([full?.prefer, next?.prefer]).toEqual([undefined, 'wait=25']);
    expect(service.faults).toEqual([]);
  });

  it('that always answers at once is polled at intervals', async () => {
    const issuer = await startIssuer();
    issuer.routes[paths.feed] = async (_request, response) =>
      response.writeHead(200).end(await issuer.sign('revocations+jwt', issuer.feedClaims()));
    const { time } = await startService(issuer);
    // Two sleepers: the guard until the next round, and the limit of the first wait.
    const isAtRest = () => expect.poll(() => [issuer.countOf(paths.feed), time.sleeping()]);
    await isAtRest().toEqual([1, 2]);
    time.pass(999);
    expect(time.sleeping()).toBe(2);
    time.pass(1);
    await isAtRest().toEqual([2, 2]);
  });
});

describe('a feed that is stale', () => {
  const silence = async (whenStale: 'refuse' | 'allow') => {
    const issuer = await startIssuer();
    issuer.revoke('gone');
    const { service } = await startListener({ whenStale, maxStaleSeconds: 60 }, issuer);
    issuer.goAway();
    issuer.clock.turn(59);
    expect(await service.codeFor(await issuer.token())).toBe('none');
    issuer.clock.turn(2);
    expect(service.guard.staleSeconds()).toBeGreaterThan(60);
    return { issuer, service };
  };

  it('causes 503 with Retry-After, until it answers again', async () => {
    const { issuer, service } = await silence('refuse');
    const { status, headers, body } = await service.askWith(await issuer.token());
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
    expect(headers.get('retry-after')).toBe('2');
    expect(await service.codeFor('nonsense')).toBe('token_invalid');
    expect(await service.codeFor(await issuer.token({ sid: 'gone', iat: issuer.nowSeconds() - 900 }))).toBe(
      'token_revoked',
    );
    issuer.comeBack();
    await service.inTime(async () => service.codeFor(await issuer.token())).toBe('none');
  });

  it('is used as it is if `whenStale` is `allow`', async () => {
    const { issuer, service } = await silence('allow');
    expect(await service.codeFor(await issuer.token())).toBe('none');
    expect(await service.codeFor(await issuer.token({ sid: 'gone', iat: issuer.nowSeconds() - 900 }))).toBe(
      'token_revoked',
    );
  });

  it('without a first answer delays requests only briefly', async () => {
    const issuer = await startIssuer();
    issuer.routes[paths.feed] = () => {};
    const service = await startService(issuer);
    const code = service.codeFor(await issuer.token());
    service.time.pass(2_000);
    expect(await code).toBe('unavailable');
  });

  it('includes one that has never answered', async () => {
    const issuer = await startIssuer();
    issuer.routes[paths.feed] = (_request, response) => response.writeHead(500).end();
    expect(await (await startService(issuer)).codeFor(await issuer.token())).toBe('unavailable');
    expect(await (await startService(issuer, { whenStale: 'allow' })).codeFor(await issuer.token())).toBe('none');
  });
});

describe('the guard', () => {
  it('ends every connection when it is closed, and sends no more requests', async () => {
    const { issuer, service } = await startListener();
    service.guard.close();
    // No request is open, and no timer would start one.
    await expect.poll(() => [issuer.waiting(), service.time.sleeping()]).toEqual([0, 0]);
    expect(service.faults).toEqual([]);
  });

  it('does not keep its process alive while a poll waits', async () => {
    const issuer = await startIssuer();
    const script = `
      import { createGuard } from '${new URL('require-auth.ts', import.meta.url)}';
      createGuard({ issuer: '${issuer.url}', audience: 'shop', onFault: console.error });
      process.stdin.once('data', () => {
        console.log('nothing else to do');
        process.stdin.destroy();
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    const said: string[] = [];
    child.stdout.on('data', (data) => said.push(String(data)));
    child.stderr.on('data', (data) => said.push(String(data)));
    await expect.poll(issuer.waiting).toBe(1);
    child.stdin.write('go on\n');
    const [code] = await once(child, 'exit');
    expect({ code, said }).toEqual({ code: 0, said: ['nothing else to do\n'] });
  });
});
