import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { ConfirmPassword } from '../passwords/confirm.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import { htmlFile, jsonFile } from './export-files.ts';
import { collectPersonalData } from './personal-data.ts';
import { zip } from './zip.ts';

type Needs = Parameters<typeof collectPersonalData>[0] & {
  readonly confirmPassword: ConfirmPassword;
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly issuer: string;
  readonly appName: string;
};

/** Returns a zip file of everything that Latchkey stores about the user, as the bytes are read. */
export const exportData = (needs: Needs) => {
  const { confirmPassword, recheckSession, record, transaction, clock, issuer, appName } = needs;
  const collect = collectPersonalData(needs);
  return async (principal: Principal, password: string | undefined): Promise<AsyncIterable<Uint8Array>> => {
    const { session, user, client } = principal;
    await confirmPassword(principal, password);
    const account = await transaction(async (write) => {
      const account = await recheckSession(write, principal);
      await record(write, { userId: user.id, kind: 'data_exported', sessionId: session.id, client });
      return account;
    });
    const data = await collect(account);
    const head = { service: appName, url: issuer, exportedAt: clock() };
    return zip(
      [
        { name: 'account.json', content: jsonFile(head, data) },
        { name: 'account.html', content: htmlFile(head, data) },
      ],
      head.exportedAt,
    );
  };
};
