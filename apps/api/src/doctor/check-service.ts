import type { AccountStore } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';
import { unseal } from '../keys/app-secret.ts';
import type { SigningKeyStore } from '../keys/signing-key-store.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly signingKeys: SigningKeyStore;
  readonly metrics: MetricStore;
  readonly clock: Clock;
  readonly appSecrets: readonly string[];
};

const aDay = 86_400_000;
const maxKeyDays = 365;
const maxMessageMinutes = 60;

const checkKeys = async ({ signingKeys, clock, appSecrets }: Needs): Promise<Finding> => {
  const keys = (await signingKeys.list()).filter(({ algorithm, revokedAt }) => algorithm !== 'HS256' && !revokedAt);
  const sealed = keys.find(({ sealedPrivateKey }) => unseal(appSecrets, sealedPrivateKey) === undefined);
  if (sealed)
    return fail(
      'Keys',
      'APP_SECRET does not open the signing keys: the server will not start. Set the secret that encrypted them.',
    );
  const newest = keys.at(-1);
  const days = newest ? Math.floor((clock().getTime() - newest.activeAt.getTime()) / aDay) : 0;
  return days > maxKeyDays
    ? warn('Keys', `The key that signs is ${days} days old; run pnpm keys rotate.`)
    : ok('Keys', newest ? `the newest is ${Math.max(0, days)} days old` : 'none yet');
};

const checkOutbox = async ({ metrics, clock }: Needs): Promise<Finding> => {
  const { waiting, oldest } = await metrics.findWaitingMessages();
  const minutes = oldest ? Math.floor((clock().getTime() - oldest.getTime()) / 60_000) : 0;
  return minutes > maxMessageMinutes
    ? fail('Messages', `${waiting} are not sent, the oldest for ${minutes} minutes. pnpm mail list says why.`)
    : ok('Messages', waiting === 0 ? 'all sent' : `${waiting} on the way`);
};

const checkAdmin = async ({ accounts }: Needs): Promise<Finding> => {
  const [admin] = await accounts.list({ role: 'admin', state: 'active', limit: 1 });
  return admin
    ? ok('Admin', 'there is one')
    : warn('Admin', 'There is none. Create one with: pnpm users create NAME --admin');
};

/** What the tables say. */
export const checkService = async (needs: Needs): Promise<Finding[]> => [
  await checkKeys(needs),
  await checkOutbox(needs),
  await checkAdmin(needs),
];
