import { revocationFeedPath } from '@latchkey/contract/well-known';
import { toNumericDate } from '../clock.ts';
import { createSignature, type JwtKey } from '../keys/jwt.ts';
import { ownAudience } from '../keys/own-audience.ts';

/** How long the feed may be trusted. */
const lifeSeconds = 120;

/** Revocations per piece: 150,000 in one piece would block the event loop for half a second. */
const sliceSize = 500;

type Revocation = { readonly sessionId: string; readonly before: Date };

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** Signs the revocation feed with the key of the access tokens (docs/decisions/0006). */
export const signFeed = async (
  key: JwtKey,
  issuer: string,
  now: Date,
  revocations: readonly Revocation[],
): Promise<Buffer> => {
  const header = { alg: key.algorithm, typ: 'revocations+jwt', kid: key.id };
  const claims = {
    iss: issuer,
    // A statement of the issuer about itself. Without `sub`, a service might take the bearer for an anonymous user.
    sub: issuer,
    aud: ownAudience(issuer, revocationFeedPath),
    iat: toNumericDate(now),
    exp: toNumericDate(now) + lifeSeconds,
  };
  const signature = createSignature(key);
  const pieces: Buffer[] = [];
  const append = (text: string): void => {
    const piece = Buffer.from(text, 'latin1');
    signature.update(piece);
    pieces.push(piece);
  };
  // All of it is ASCII, and JSON allows spaces. Three bytes are four letters of base64url, so padded pieces can be joined.
  const appendJson = (json: string): void => append(base64url(json.padEnd(Math.ceil(json.length / 3) * 3)));

  append(`${base64url(JSON.stringify(header))}.`);
  appendJson(`${JSON.stringify(claims).slice(0, -1)},"revoked":[`);
  for (let from = 0; from < revocations.length; from += sliceSize) {
    const entries = revocations
      .slice(from, from + sliceSize)
      .map(({ sessionId, before }) => JSON.stringify({ sid: sessionId, before: toNumericDate(before) }));
    appendJson(`${from === 0 ? '' : ','}${entries.join()}`);
    await new Promise(setImmediate);
  }
  append(base64url(']}'));
  pieces.push(Buffer.from(`.${signature.finish().toString('base64url')}`));
  // Copying 150,000 revocations takes as long as several slices.
  await new Promise(setImmediate);
  return Buffer.concat(pieces);
};
