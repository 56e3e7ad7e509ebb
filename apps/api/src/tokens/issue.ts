import type { BodyOutput } from '@latchkey/contract/endpoint';
import type * as contract from '@latchkey/contract/tokens';
import type { Account, AccountStore } from '../accounts/account-store.ts';
import { hasPermission } from '../accounts/permissions.ts';
import { networkOf } from '../client/network.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { fold } from '../fold.ts';
import type { GuessLimits, LimitKey } from '../limits/guess-limits.ts';
import { invalidRequest, Problem } from '../problem.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { OpenSession } from '../sessions/open-session.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';

/** An hour: what is needed for longer says so. */
const usualSeconds = 3600;

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

const userNotFound = (username: string | undefined): Problem =>
  new Problem('user_not_found', `User ${username} not found.`);

/** Makes a token for another service or session: a session of its own, with a name, that nobody refreshes. */
export const issueToken =
  ({ accounts, openSession, accessTokens, recheckSession, guessLimits, record, transaction, clock }: Needs) =>
  async (actor: Principal, { name, expiresIn = usualSeconds, ...wish }: BodyOutput<typeof contract.issueToken>) => {
    const { session: own, user: issuer, client } = actor;
    const forAnother = wish.username !== undefined && fold(wish.username) !== fold(issuer.username);
    const requirePermission = (account: typeof issuer): void => {
      if (!forAnother || hasPermission(account, 'tokens:issue')) return;
      throw new Problem('permission_missing', 'The permission tokens:issue is required for a token of another user.');
    };
    requirePermission(issuer);
    if (wish.audience !== undefined && accessTokens.isReserved(wish.audience)) {
      const message = 'This audience is reserved for Latchkey. Use the name of your service.';
      throw invalidRequest([{ path: 'audience', code: 'reserved', message }]);
    }
    // Every service keeps in mind what is revoked, for as long as it would have lived: nobody may fill that at will.
    if (!hasPermission(issuer, 'tokens:issue')) {
      const limitKeys: LimitKey[] = [
        ['api-tokens:account', issuer.id],
        ['api-tokens:ip', networkOf(client.address)],
      ];
      await transaction((write) => guessLimits.consume(write, limitKeys));
    }
    const found = forAnother ? await accounts.findByLogin(wish.username ?? '') : issuer;
    if (!found) throw userNotFound(wish.username);

    const { session, user } = await transaction(async (write) => {
      // Locked in one order for all: a password change, a disabling or another role at this moment either came first and is
      // seen here, or waits for this token and ends it.
      const held = new Map<string, Account>();
      for (const id of [issuer.id, found.id].sort()) {
        const account = await accounts.lockEnabled(write, id);
        if (account) held.set(id, account);
      }
      const maker = await recheckSession(write, actor);
      const owner = held.get(found.id);
      requirePermission(maker);
      if (!owner) throw userNotFound(wish.username);
      const now = clock();
      // Whole seconds, as in the token.
      now.setMilliseconds(0);
      const session = await openSession(write, owner.id, {
        kind: 'api_token',
        methods: own.methods,
        authenticatedAt: own.authenticatedAt,
        // No refresh token names this generation.
        generation: 0,
        createdAt: now,
        expiresAt: addSeconds(now, expiresIn),
        name,
        audience: wish.audience ?? accessTokens.audience,
        scope: wish.scope ?? null,
        issuedBy: maker.id,
      });
      const by = { sessionId: own.id, client };
      if (forAnother) {
        await record(
          write,
          {
            ...by,
            userId: owner.id,
            actor: 'admin',
            actorId: maker.id,
            kind: 'token_issued_by_other',
            detail: { username: maker.username },
          },
          { ...by, userId: maker.id, kind: 'token_issued_for_other', detail: { username: owner.username } },
        );
      } else {
        await record(write, { ...by, userId: maker.id, kind: 'token_issued', detail: { name } });
      }
      return { session, user: owner };
    });
    return {
      id: session.id,
      access_token: await accessTokens.signApiToken(session, user),
      token_type: 'bearer' as const,
      expires_in: expiresIn,
    };
  };
