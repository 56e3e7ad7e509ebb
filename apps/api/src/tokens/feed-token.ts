import { revocationFeedPath } from '@latchkey/contract/well-known';
import { toNumericDate } from '../clock.ts';
import { type JwtKey, signAside } from '../keys/jwt.ts';
import { ownAudience } from '../keys/own-audience.ts';

/** How long the feed may be trusted. */
const lifeSeconds = 120;

/** So many are written at once: 150,000 in one piece would stop the event loop for half a second. */
const sliceSize = 500;

type Revocation = { readonly sessionId: string; readonly before: Date };

const encode = (bytes: Buffer | string): Buffer =>
  Buffer.from((typeof bytes === 'string' ? Buffer.from(bytes) : bytes).toString('base64url'), 'latin1');

const pieceOf = (revocations: readonly Revocation[]): string =>
  JSON.stringify(revocations.map(({ sessionId, before }) => ({ sid: sessionId, before: toNumericDate(before) }))).slice(
    1,
    -1,
  );

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
  const dot = Buffer.from('.');
  const pieces = [encode(JSON.stringify(header)), dot];
  let rest = '';
  // Three bytes are four letters of base64url, so pieces of whole groups can be joined. All of it is ASCII.
  const write = (json: string): void => {
    const text = rest + json;
    const whole = text.length - (text.length % 3);
    pieces.push(encode(text.slice(0, whole)));
    rest = text.slice(whole);
  };

  write(`${JSON.stringify(claims).slice(0, -1)},"revoked":[`);
  for (let from = 0; from < revocations.length; from += sliceSize) {
    const piece = pieceOf(revocations.slice(from, from + sliceSize));
    write(from === 0 ? piece : `,${piece}`);
    await new Promise(setImmediate);
  }
  write(']}');
  const input = Buffer.concat([...pieces, encode(rest)]);
  return Buffer.concat([input, dot, encode(await signAside(key, input))]);
};
