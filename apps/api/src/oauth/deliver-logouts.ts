import { randomUUID } from 'node:crypto';
import type { App, AppStore } from '../apps/app-store.ts';
import { addSeconds, type Clock, toNumericDate } from '../clock.ts';
import { signJwtAside } from '../keys/jwt.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import type { LogoutNotice, LogoutNoticeStore } from './logout-notice-store.ts';

type Needs = {
  readonly logoutNotices: LogoutNoticeStore;
  readonly apps: AppStore;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly issuer: string;
};

const batchSize = 20;
const timeoutSeconds = 10;
/** Longer than a whole batch. */
const leaseSeconds = 60;
/** The time until the next attempt: five seconds, then three times as long each time, up to an hour. */
const waitSecondsAfter = (attempts: number): number => Math.min(5 * 3 ** (attempts - 1), 3600);
const maxAgeSeconds = 86_400;
/** RFC 8417 §2.2; the specification recommends at most two minutes. */
const tokenSeconds = 120;

/** For the log: which app was not told, and why. */
class LogoutError extends Error {}

/** Tells apps that sign-ins have ended (Back-Channel Logout 1.0 §2.4 and §2.5), each at least once, for a day. */
export const deliverLogouts = ({ logoutNotices, apps, keys, clock, issuer }: Needs) => {
  const send = async ({ userId: sub, sessionId: sid }: LogoutNotice, app: App, uri: string): Promise<void> => {
    const iat = toNumericDate(clock());
    const token = await signJwtAside('logout+jwt', keys.current(), {
      iss: issuer,
      aud: app.id,
      iat,
      exp: iat + tokenSeconds,
      jti: randomUUID(),
      sub,
      sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    const answer = await fetch(uri, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      // An app that moves says so to the operator.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  };

  /** @returns a sentence for the operator, if the app was not told */
  const deliver = async (notice: LogoutNotice): Promise<string | undefined> => {
    const app = await apps.findById(notice.appId);
    const uri = app?.backchannelLogoutUri;
    // With a shared secret every service could forge the token, so apps accept none.
    if (!app || !uri || keys.current().algorithm === 'HS256') return void (await logoutNotices.remove(notice));
    const fault = await send(notice, app, uri).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const dueAt = addSeconds(clock(), waitSecondsAfter(notice.attempts + 1));
    const isLast = dueAt > addSeconds(notice.createdAt, maxAgeSeconds);
    if (fault === undefined || isLast) await logoutNotices.remove(notice);
    else await logoutNotices.postpone(notice, dueAt);
    return fault && `${app.name} was not told of a sign-out${isLast ? ', and is not told again' : ''}: ${fault}`;
  };

  return async (): Promise<void> => {
    const faults: string[] = [];
    for (;;) {
      const claimed = await logoutNotices.claim(clock(), { limit: batchSize, leaseSeconds });
      faults.push(...(await Promise.all(claimed.map(deliver))).filter((fault) => fault !== undefined));
      if (claimed.length < batchSize) break;
    }
    if (faults.length > 0) throw new LogoutError([...new Set(faults)].join('\n'));
  };
};
