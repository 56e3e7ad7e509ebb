import { setImmediate } from 'node:timers/promises';
import type { Consent, ConsentStore } from '../apps/consent-store.ts';
import { deviceName } from '../client/device-name.ts';
import { detailText } from '../events/event-detail.ts';
import type { Event, EventStore } from '../events/event-store.ts';
import type { Identity, IdentityStore } from '../identities/identity-store.ts';
import type { Message } from '../mail/message-store.ts';
import type { Session } from '../sessions/session-store.ts';
import type { Verification } from '../verifications/verification-store.ts';
import type { Account } from './account-store.ts';
import type { PersonalDataStore } from './personal-data-store.ts';
import { toUser } from './to-user.ts';

export type Row = Readonly<Record<string, unknown>>;
/** A list of the export. Each call of `pages` reads it anew, a page at a time. */
type Section = {
  readonly name: string;
  readonly title: string;
  readonly pages: () => AsyncIterable<readonly Row[]>;
};
export type PersonalData = { readonly account: Row; readonly sections: readonly Section[] };

const pageLength = 50;

/** Other requests run between two pages, so pages are short. */
async function* inPages<Found>(
  readAfter: (last: Found | undefined) => Promise<readonly Found[]>,
  toRow: (found: Found) => Row,
): AsyncGenerator<readonly Row[]> {
  let page: readonly Found[] = [];
  do {
    page = await readAfter(page.at(-1));
    yield page.map(toRow);
    await setImmediate();
  } while (page.length === pageLength);
}

async function* onePage<Found>(all: readonly Found[], toRow: (found: Found) => Row): AsyncGenerator<readonly Row[]> {
  yield all.map(toRow);
}

const sessionRow = ({ session }: { readonly session: Session }): Row => ({
  id: session.id,
  ...deviceName(session.userAgent),
  userAgent: session.userAgent,
  address: session.address,
  createdAt: session.createdAt,
  authenticatedAt: session.authenticatedAt,
  methods: session.methods.join(', '),
  lastSeenAt: session.refreshedAt,
  expiresAt: session.expiresAt,
  endedAt: session.endedAt,
  endReason: session.endReason,
});

const apiTokenRow = ({ session, username }: { readonly session: Session; readonly username: string }): Row => ({
  id: session.id,
  name: session.name,
  username,
  audience: session.audience,
  scope: session.scope,
  createdAt: session.createdAt,
  expiresAt: session.expiresAt,
  endedAt: session.endedAt,
  endReason: session.endReason,
});

const appSessionRow = ({ session }: { readonly session: Session }): Row => ({
  id: session.id,
  audience: session.audience,
  scope: session.scope,
  address: session.address,
  createdAt: session.createdAt,
  lastSeenAt: session.refreshedAt,
  expiresAt: session.expiresAt,
  endedAt: session.endedAt,
  endReason: session.endReason,
});

const consentRow = ({ name, scopes, grantedAt }: Consent): Row => ({ app: name, scope: scopes.join(' '), grantedAt });

const identityRow = ({ provider, issuer, subject, account, createdAt, lastUsedAt }: Identity): Row => ({
  provider,
  issuer,
  subject,
  account,
  createdAt,
  lastUsedAt,
});

const linkRow = ({ kind, email, createdAt, expiresAt, spentAt }: Verification): Row => ({
  kind,
  email,
  createdAt,
  expiresAt,
  endedAt: spentAt,
});

/** Without the text: it holds a link that acts for the account. */
const messageRow = ({ kind, detail, recipient, createdAt, endedAt, fault }: Message): Row => ({
  kind,
  about: 'event' in detail ? detail.event : null,
  recipient,
  createdAt,
  sentAt: fault === null ? endedAt : null,
});

/** Of an event that someone else caused, only what the activity page shows. */
const eventRow = ({ number, at, kind, actor, sessionId, address, userAgent, detail }: Event): Row => ({
  number,
  at,
  kind,
  actor,
  ...deviceName(userAgent),
  userAgent: actor === 'owner' ? userAgent : null,
  address,
  sessionId: actor === 'owner' ? sessionId : null,
  detail: detailText(detail),
});

type Needs = {
  readonly personalData: PersonalDataStore;
  readonly events: EventStore;
  readonly consents: ConsentStore;
  readonly identities: IdentityStore;
};

/** Everything that Latchkey stores about an account, without hashes and tokens. Its lists are read while they are written. */
export const collectPersonalData =
  ({ personalData, events, consents, identities }: Needs) =>
  async (account: Account): Promise<PersonalData> => {
    const { id } = account;
    const links = await personalData.verificationsOf(id);
    const messages = await personalData.messagesOf(account, links);
    const allowed = await consents.list(id);
    const connected = await identities.list(id);
    // Both files end with the same event.
    const [newest] = await events.list(id, undefined, 1);
    const end = (newest?.number ?? 0) + 1;
    const sessions = (kind: Session['kind'], toRow: typeof apiTokenRow) => () =>
      inPages((last) => personalData.sessionsAfter(id, kind, last?.session.id ?? '', pageLength), toRow);
    return {
      account: { ...toUser(account), emailVerifiedAt: account.emailVerifiedAt },
      sections: [
        { name: 'sessions', title: 'Sessions', pages: sessions('sign_in', sessionRow) },
        { name: 'apiTokens', title: 'API tokens', pages: sessions('api_token', apiTokenRow) },
        { name: 'appSignIns', title: 'Sign-ins to apps', pages: sessions('app', appSessionRow) },
        { name: 'consents', title: 'What you allowed apps', pages: () => onePage(allowed, consentRow) },
        { name: 'identities', title: 'Sign-ins with other providers', pages: () => onePage(connected, identityRow) },
        { name: 'links', title: 'Links in messages', pages: () => onePage(links, linkRow) },
        { name: 'messages', title: 'Messages of the last week', pages: () => onePage(messages, messageRow) },
        {
          name: 'events',
          title: 'Activity',
          pages: () => inPages<Event>((last) => events.list(id, last?.number ?? end, pageLength), eventRow),
        },
      ],
    };
  };
