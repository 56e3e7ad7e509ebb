import type { BodyOutput } from '@latchkey/contract/endpoint';
import { fieldErrorAt } from '@latchkey/contract/field-errors';
import type * as contract from '@latchkey/contract/tokens';
import type { Account, AccountStore } from '../accounts/account-store.ts';
import { hasPermission } from '../accounts/permissions.ts';
import { networkOf } from '../client/network.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { fold } from '../fold.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import { invalidRequest, problem } from '../problem.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { OpenSession } from '../sessions/open-session.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';

/** The lifetime of a token whose request names none: an hour. */
const defaultSeconds = 3600;

type Needs = {
  readonly accounts: AccountStore;
  readonly openSession: OpenSession;
  readonly accessTokens: AccessTokens;
  readonly recheckSession: RecheckSession;
  readonly guessLimits: GuessLimits;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/** Creates an API token: a session of its own, with a name, that is never refreshed. */
export const issueToken =
  ({ accounts, openSession, accessTokens, recheckSession, guessLimits, record, transaction, clock }: Needs) =>
  async (
    principal: Principal,
    {
      name,
      username = principal.user.username,
      audience,
      scope,
      expiresIn = defaultSeconds,
    }: BodyOutput<typeof contract.issueToken>,
  ) => {
    const { session: own, user, client } = principal;
    const isForOther = fold(username) !== fold(user.username);
    const requirePermission = (issuer: typeof user): void => {
      if (!isForOther || hasPermission(issuer, 'tokens:issue')) return;
      throw problem('permission_missing', { permission: 'tokens:issue' });
    };
    requirePermission(user);
    if (audience !== undefined && accessTokens.isReserved(audience)) {
      throw invalidRequest([fieldErrorAt(['audience'], { code: 'reserved' })]);
    }
    const found = isForOther ? await accounts.findByLogin(username) : user;
    if (!found) throw problem('user_not_found', { username });

    const { session, owner } = await transaction(async (write) => {
      // Always in the order of the ids, so that two transactions cannot deadlock. A concurrent change of the password or the role
      // has committed and is seen here, or waits for this token and ends it.
      const locked = new Map<string, Account | undefined>();
      for (const id of [user.id, found.id].toSorted()) locked.set(id, await accounts.lockEnabled(write, id));
      const issuer = await recheckSession(write, principal);
      requirePermission(issuer);
      const owner = locked.get(found.id);
      if (!owner) throw problem('user_not_found', { username });
      // Services store each revocation until the token would have expired, so users cannot create any number of tokens.
      if (!hasPermission(issuer, 'tokens:issue')) {
        await guessLimits.consume(write, [
          ['api-tokens:account', issuer.id],
          ['api-tokens:ip', networkOf(client.address)],
        ]);
      }
      const createdAt = clock();
      // Whole seconds, as in the token.
      createdAt.setMilliseconds(0);
      const session = await openSession(write, owner.id, {
        kind: 'api_token',
        methods: own.methods,
        authenticatedAt: own.authenticatedAt,
        // No refresh token has this generation.
        generation: 0,
        createdAt,
        expiresAt: addSeconds(createdAt, expiresIn),
        name,
        audience: audience ?? accessTokens.audience,
        scope: scope ?? null,
        issuedBy: issuer.id,
      });
      const by = { sessionId: own.id, client };
      if (isForOther) {
        const detail = { username: issuer.username };
        const asAdmin = { ...by, actor: 'admin', actorId: issuer.id } as const;
        await record(
          write,
          { ...asAdmin, userId: owner.id, kind: 'token_issued_by_other', detail },
          { ...by, userId: issuer.id, kind: 'token_issued_for_other', detail: { username: owner.username } },
        );
      } else {
        await record(write, { ...by, userId: issuer.id, kind: 'token_issued', detail: { name } });
      }
      return { session, owner };
    });
    return {
      id: session.id,
      access_token: await accessTokens.signApiToken(session, owner),
      token_type: 'bearer' as const,
      expires_in: expiresIn,
    };
  };
