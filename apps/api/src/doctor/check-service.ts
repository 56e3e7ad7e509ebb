import type { AccountStore } from '../accounts/account-store.ts';
import { findSeenProxies } from '../client/seen-proxies.ts';
import type { Clock } from '../clock.ts';
import type { MarkStore } from '../database/mark-store.ts';
import { unseal } from '../keys/app-secret.ts';
import { findSecretAge } from '../keys/secret-age.ts';
import type { SigningKeyStore } from '../keys/signing-key-store.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import { proxiesInWords } from './check-settings.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly signingKeys: SigningKeyStore;
  readonly metrics: MetricStore;
  readonly clock: Clock;
  readonly appSecrets: readonly string[];
  readonly marks: MarkStore;
  readonly trustedProxies: number;
};

const aDay = 86_400_000;
const maxKeyDays = 365;
const maxMessageMinutes = 60;
/** NIST SP 800-57 part 1, 5.3.6: a symmetric master key is used for about a year. */
const maxSecretDays = 365;

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

const checkSecretAge = async ({ marks, appSecrets, clock }: Needs): Promise<Finding[]> => {
  const since = await findSecretAge({ marks, appSecrets });
  if (!since) return [];
  const days = Math.floor((clock().getTime() - since.getTime()) / aDay);
  return [
    days > maxSecretDays
      ? warn(
          'Secret age',
          `APP_SECRET is in use for ${days} days. Set a new one, and the old one in APP_SECRET_PREVIOUS.`,
        )
      : ok('Secret age', `APP_SECRET is in use for ${days} ${days === 1 ? 'day' : 'days'}`),
  ];
};

/** Compares TRUST_PROXY with what requests showed. */
const checkSeenProxies = async ({ marks, trustedProxies }: Needs): Promise<Finding[]> => {
  const seen = await findSeenProxies({ marks });
  if (seen === undefined) return [];
  if (seen === trustedProxies) return [ok('Proxies seen', `${proxiesInWords(seen)}, as TRUST_PROXY says`)];
  return [
    seen > trustedProxies
      ? warn(
          'Proxies seen',
          `Every request passes at least ${proxiesInWords(seen)}, but TRUST_PROXY is ${trustedProxies}: limits and events see the address of a proxy. Set TRUST_PROXY=${seen}.`,
        )
      : fail(
          'Proxies seen',
          `A request passed ${proxiesInWords(seen)}, but TRUST_PROXY is ${trustedProxies}: who sends such a request chooses the address that limits and events see. Set TRUST_PROXY=${seen}, or close the way around the proxy.`,
        ),
  ];
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
  ...(await checkSecretAge(needs)),
  ...(await checkSeenProxies(needs)),
  await checkOutbox(needs),
  await checkAdmin(needs),
];
