import type { Account } from '../accounts/account-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import type { Write } from '../database/database.ts';
import type { AuthenticationMethod } from '../database/schema.ts';
import type { RecordEvent } from '../events/record.ts';
import type { Problem } from '../problem.ts';
import type { OpenSession } from './open-session.ts';
import type { Session, SessionStore } from './session-store.ts';

/** Returns a problem if the account needs more than these methods, such as a second factor. */
type Requirement = (
  write: Write,
  account: Account,
  methods: readonly AuthenticationMethod[],
) => Promise<Problem | undefined>;

type Needs = {
  readonly sessions: SessionStore;
  readonly openSession: OpenSession;
  readonly record: RecordEvent;
  readonly signInRequirements: readonly Requirement[];
};

type SignIn = {
  readonly methods: readonly AuthenticationMethod[];
  readonly client: ClientInfo;
  /** The session in which the same browser signed in to this account before. */
  readonly previousSessionId?: string | undefined;
  /** Ends every other session and API token of the account. */
  readonly endOthers?: boolean;
  /** The event that records how the session began. */
  readonly event?: 'signed_in' | 'registered' | 'password_changed';
};

type Result =
  | { readonly status: 'complete'; readonly session: Session; readonly account: Account }
  /** No session was opened. The caller throws the problem, after its transaction if its own writes must stay. */
  | { readonly status: 'incomplete'; readonly problem: Problem };

/** The only place where an authenticated user gets a session. The caller holds the account's lock. */
export const completeSignIn =
  ({ sessions, openSession, record, signInRequirements }: Needs) =>
  async (write: Write, account: Account, signIn: SignIn): Promise<Result> => {
    const { methods, client, previousSessionId, endOthers = false, event = 'signed_in' } = signIn;
    for (const findMissing of signInRequirements) {
      const problem = await findMissing(write, account, methods);
      if (problem) return { status: 'incomplete', problem };
    }
    // Before the session opens: otherwise an intruder could end it first.
    if (endOthers) await sessions.endAll(write, account.id, 'ended_by_owner');
    const session = await openSession(write, account.id, { kind: 'sign_in', methods, ...client });
    const by = { userId: account.id, sessionId: session.id, client };
    await record(write, { ...by, kind: event, previousSessionId });
    if (endOthers) await record(write, { ...by, kind: 'other_sessions_ended' });
    return { status: 'complete', session, account };
  };

export type CompleteSignIn = ReturnType<typeof completeSignIn>;
