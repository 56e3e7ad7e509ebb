import type { QueryOutput } from '@latchkey/contract/endpoint';
import type * as contract from '@latchkey/contract/tokens';
import { Problem } from '../problem.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import type { Principal } from '../sessions/authenticate.ts';

type Needs = { readonly accessTokens: Pick<AccessTokens, 'audience'> };

/** Authorizes a request that a proxy received, and names its user. The role is that of the database, not of the token. */
export const forwardAuth =
  ({ accessTokens }: Needs) =>
  (
    { claims, user }: Principal,
    { audience = accessTokens.audience, scope, role }: QueryOutput<typeof contract.forwardAuth>,
  ) => {
    if (claims.aud !== audience) throw new Problem('token_invalid', 'The access token is for another audience.');
    const granted = new Set(claims.scope?.split(' '));
    if (scope?.split(' ').some((word) => !granted.has(word))) {
      throw new Problem('insufficient_scope', `The access token needs the scope ${scope}.`);
    }
    if (role && role !== user.role) throw new Problem('insufficient_scope', `The role ${role} is required.`);
    return { 'Remote-User': user.username, 'Remote-User-Id': user.id, 'Remote-Groups': user.role };
  };
