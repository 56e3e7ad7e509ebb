import { accessTokenClaims } from '@latchkey/contract/tokens';
import { describe, expect, it } from 'vitest';
import { jwtKeyOf } from '../../../../packages/guard/testing/jwt-key.ts';
import { vectors } from '../../../../packages/guard/testing/vectors.ts';
import { signOwnTokens } from '../../testing/sign-own-tokens.ts';
import { createJwtVerifier } from '../keys/jwt.ts';

describe('the API says of a token that is', () => {
  const keys = new Map(vectors.keys.map((key) => [key.kid, jwtKeyOf(key)]));
  const verify = createJwtVerifier({
    type: 'at+jwt',
    findKey: (id) => keys.get(id),
    claims: accessTokenClaims,
    issuer: vectors.issuer,
    audience: vectors.audience,
    maxLifeSeconds: () => vectors.maxLifeSeconds,
    clockToleranceSeconds: vectors.clockToleranceSeconds,
  });

  it.each(vectors.vectors)('$name: $expected ($why)', ({ token, expected }) => {
    expect(verify(token, vectors.now).status).toBe(expected);
  });
});

it('the vectors hold every other kind of token as Latchkey signs it today', async () => {
  // Signatures of ES256 differ each time.
  const signed = (token: string): string => token.split('.').slice(0, 2).join('.');
  const { issuer, now, signingKeys } = vectors;
  const today = await signOwnTokens({ issuer, now: new Date(now * 1000), keys: signingKeys.map(jwtKeyOf) });
  const held = vectors.vectors.filter(({ otherKind }) => otherKind).map(({ name, token }) => [name, signed(token)]);
  expect(Object.fromEntries(held)).toEqual(
    Object.fromEntries(Object.entries(today).map(([name, token]) => [name, signed(token)])),
  );
});
