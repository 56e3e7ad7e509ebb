import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { paths, startIssuer } from '../testing/start-issuer.ts';
import { startService } from '../testing/start-service.ts';

describe('the keys of the issuer', () => {
  it('are requested once for many tokens', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    const token = await issuer.token();
    const codes = await Promise.all(Array.from({ length: 50 }, () => service.codeFor(token)));
    expect(new Set(codes)).toEqual(new Set(['none']));
    expect(issuer.countOf(paths.keys)).toBe(1);
    expect(issuer.countOf(paths.metadata)).toBe(1);
  });

  it('can be rotated while services run: the new key is accepted at once, the old one while it is published', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    const before = await issuer.token();
    expect(await service.codeFor(before)).toBe('none');
    await issuer.rotate();
    const after = await issuer.token();
    const codes = await Promise.all([before, after, after, before].map(service.codeFor));
    expect(codes).toEqual(['none', 'none', 'none', 'none']);
    await issuer.rotate({ retire: true, kid: 'third' });
    expect(await service.codeFor(await issuer.token())).toBe('none');
    expect(await service.codeFor(before)).toBe('token_invalid');
  });

  it('are requested a limited number of times for invented kids', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    expect(await service.codeFor(await issuer.token())).toBe('none');
    const stranger = await startIssuer({ algorithm: 'ES256' });
    for (let number = 0; number < 10; number++) {
      await stranger.rotate({ kid: `made-up-${number}` });
      expect(await service.codeFor(await stranger.token({ iss: issuer.url }))).toBe('token_invalid');
    }
    expect(issuer.countOf(paths.keys)).toBe(1 + 5);
    service.time.pass(2_500);
    expect(await service.codeFor(await stranger.token({ iss: issuer.url }))).toBe('token_invalid');
    expect(issuer.countOf(paths.keys)).toBe(1 + 5);
    service.time.pass(2_500);
    expect(await service.codeFor(await stranger.token({ iss: issuer.url }))).toBe('token_invalid');
    expect(issuer.countOf(paths.keys)).toBe(1 + 5 + 1);
  });

  it('cause 503, not 401, while they are unavailable', async () => {
    const issuer = await startIssuer({ isAway: true });
    const service = await startService(issuer);
    const token = await issuer.token();
    const { status, headers, body } = await service.askWith(token);
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
    expect(headers.get('retry-after')).toBe('2');
    expect(await service.codeFor('nonsense')).toBe('token_invalid');
    issuer.comeBack();
    await service.inTime(() => service.codeFor(token)).toBe('none');
  });

  it('stay in use while the issuer is away', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    const token = await issuer.token();
    expect(await service.codeFor(token)).toBe('none');
    issuer.goAway();
    await service.inTime(() => service.faults.length).toBeGreaterThan(0);
    expect(await service.codeFor(token)).toBe('none');
  });

  it.each([
    ['is another issuer', { issuer: 'https://elsewhere.example' }],
    ['has no keys', { jwks_uri: 7 }],
  ])('are not read from a document that %s', async (_what, changed) => {
    const issuer = await startIssuer();
    const good = {
      issuer: issuer.url,
      jwks_uri: issuer.url + paths.keys,
      revocation_feed_uri: issuer.url + paths.feed,
    };
    issuer.routes[paths.metadata] = (_request, response) => response.end(JSON.stringify({ ...good, ...changed }));
    const service = await startService(issuer);
    expect(await service.codeFor(await issuer.token())).toBe('unavailable');
  });

  it('are used only if they are public, for signing, and of a supported algorithm', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer);
    const keyPair = async (algorithm: string) => {
      const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
      return { algorithm, sign: privateKey, jwk: await exportJWK(publicKey) };
    };
    const [rsa, ec, ec384] = [await keyPair('RS256'), await keyPair('ES256'), await keyPair('ES384')];
    const secret = {
      algorithm: 'HS256',
      sign: Buffer.alloc(32, 7),
      jwk: { kty: 'oct', k: Buffer.alloc(32, 7).toString('base64url'), alg: 'HS256' },
    };
    const published = [
      { ...rsa, kid: 'rsa', jwk: { ...rsa.jwk, alg: 'RS256', use: 'sig' } },
      { ...ec, kid: 'ec' },
      { ...rsa, kid: 'for encryption', jwk: { ...rsa.jwk, use: 'enc' } },
      { ...rsa, kid: 'for RS512', jwk: { ...rsa.jwk, alg: 'RS512' } },
      { ...ec384, kid: 'other curve' },
      { ...rsa, kid: 'broken', jwk: { kty: 'RSA', e: 'AQAB' } },
      { ...secret, kid: 'secret' },
    ];
    for (const { jwk, kid } of published) issuer.publish({ ...jwk, kid });
    const accepted = await Promise.all(
      published.map(async (key) => {
        const token = await issuer.sign('at+jwt', issuer.goodClaims(), key);
        return (await service.codeFor(token)) === 'none' ? key.kid : [];
      }),
    );
    expect(accepted.flat()).toEqual(['rsa', 'ec']);
  });
});
