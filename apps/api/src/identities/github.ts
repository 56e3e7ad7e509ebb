import type { ServerMetadata } from 'openid-client';
import type { ProviderIdentity } from '../database/schema-identities.ts';
import type { Provider } from '../provider-settings.ts';
import { identityOf } from './provider-identity.ts';

/** GitHub's own issuer (RFC 8414), also in the `iss` parameter of its answers. */
const issuerOf = (base: string): string => `${base}/login/oauth`;

/** https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export const githubMetadata = (base: string): ServerMetadata => ({
  issuer: issuerOf(base),
  authorization_endpoint: `${base}/login/oauth/authorize`,
  token_endpoint: `${base}/login/oauth/access_token`,
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  code_challenge_methods_supported: ['S256'],
});

/** A server of one's own has its API below its address. */
const apiOf = (base: string): string => (base === 'https://github.com' ? 'https://api.github.com' : `${base}/api/v3`);

type Email = { readonly email?: unknown; readonly primary?: unknown; readonly verified?: unknown };

/** The user whom the access token belongs to, in two requests: https://docs.github.com/rest/users */
export const fetchGithubUser = async (
  provider: Provider,
  get: (address: URL) => Promise<Response>,
): Promise<ProviderIdentity> => {
  const api = apiOf(provider.issuer);
  const read = async (path: string): Promise<unknown> => {
    const answer = await get(new URL(`${api}${path}`));
    if (!answer.ok) throw Object.assign(new Error(`GitHub answered ${answer.status}`), { status: answer.status });
    return answer.json();
  };
  const user = Object(await read('/user')) as Readonly<Record<string, unknown>>;
  // Names can change hands there; the number stays.
  if (typeof user.id !== 'number') throw new Error('GitHub sent no user id');
  const emails = await read('/user/emails');
  const primary = Array.isArray(emails) ? emails.find((email: Email | null) => email?.primary === true) : undefined;
  return identityOf(provider, {
    iss: issuerOf(provider.issuer),
    sub: String(user.id),
    email: primary?.email,
    email_verified: primary?.verified,
    preferred_username: user.login,
    name: user.name,
  });
};
