import { Provider } from 'oidc-provider';
import { identityServer, provider } from './servers.ts';

/** An OpenID Provider with pages of its own: any name signs in, with any password. */
const server = new Provider(provider.origin, {
  clients: [
    {
      client_id: 'latchkey',
      client_secret: 'the secret of the journeys',
      redirect_uris: [`${identityServer.origin}/api/identities/acme/callback`],
    },
  ],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  findAccount: (_, accountId) => ({
    accountId,
    claims: () => ({
      sub: accountId,
      name: `${accountId} of Acme`,
      preferred_username: accountId,
      email: `${accountId}@acme.example`,
      email_verified: true,
    }),
  }),
});
server.listen(provider.port, '127.0.0.1');
