/** What the members of a token mean, a line each. Sources: RFC 7515 §4.1, RFC 7519 §4.1, RFC 9068 §2.2. */
const meanings: Readonly<Record<string, string>> = {
  alg: 'The algorithm of the signature.',
  typ: 'The kind of token: at+jwt is an access token, rt+jwt a refresh token.',
  kid: 'Which key signed it. Its public half is in /.well-known/jwks.json.',
  iss: 'Issuer: who made and signed it.',
  sub: 'Subject: the account that it stands for. It stays the same when names change.',
  aud: 'Audience: the service that it is for. Every other must refuse it.',
  exp: 'Expires: from then on it is refused.',
  iat: 'Issued at: when it was made.',
  nbf: 'Not before: until then it is refused.',
  auth_time: 'When the password was last given.',
  jti: 'The number of this one token.',
  sid: 'The session that it belongs to. When that ends, so does the token.',
  type: 'What it may be used as.',
  role: 'What its owner may do in other services. Latchkey itself asks its database.',
  scope: 'What it may be used for, in words that its audience knows.',
  client_id: 'The app that it was issued to.',
  username: 'The name of the account, for people to read.',
};

export const meaningOf = (name: string): string =>
  Object.hasOwn(meanings, name) ? (meanings[name] ?? '') : 'Not one of the usual; ask whoever made the token.';

/** Seconds since 1970 (RFC 7519 §2, NumericDate), where this member is one that a calendar has a day for. */
export const timeOf = (name: string, value: unknown): Date | undefined => {
  if (!['exp', 'iat', 'nbf', 'auth_time'].includes(name) || typeof value !== 'number') return undefined;
  const time = new Date(value * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time;
};
