/** A description of each header parameter and claim. Sources: RFC 7515 §4.1, RFC 7519 §4.1, RFC 9068 §2.2. */
const descriptions: Readonly<Record<string, string>> = {
  alg: 'Signature algorithm.',
  typ: 'Token type: at+jwt is an access token, rt+jwt is a refresh token.',
  kid: 'Key ID: the key that signed the token. The public key is in /.well-known/jwks.json.',
  iss: 'Issuer: the server that created and signed the token.',
  sub: 'Subject: the ID of the account. It never changes.',
  aud: 'Audience: the service that the token is for. Other services must reject it.',
  exp: 'Expires at. Services reject the token from then on.',
  iat: 'Issued at.',
  nbf: 'Not before. Services reject the token until then.',
  auth_time: 'When the user last entered their password.',
  jti: 'Token ID.',
  sid: 'Session ID. When the session ends, the token is revoked.',
  type: 'How the token can be used.',
  role: 'The user’s role, for other services. Latchkey reads it from its database.',
  scope: 'What the token allows, as defined by its audience.',
  client_id: 'The app that the token was issued to.',
  username: 'User name. It can change; services should identify users by sub.',
};

export const describeMember = (name: string): string =>
  Object.hasOwn(descriptions, name) ? (descriptions[name] ?? '') : 'Not a standard claim. Ask the issuer.';

/** The date of a time claim (RFC 7519 §2: NumericDate, seconds since 1970), if it is within the range of `Date`. */
export const parseTime = (name: string, value: unknown): Date | undefined => {
  if (!['exp', 'iat', 'nbf', 'auth_time'].includes(name) || typeof value !== 'number') return undefined;
  const time = new Date(value * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time;
};
