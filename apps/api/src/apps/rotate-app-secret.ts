import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { OperatorError } from '../operator-error.ts';
import { newSecret, secretHashOf } from './app-secret.ts';
import type { App, AppStore } from './app-store.ts';

type Needs = { readonly apps: AppStore; readonly transaction: Database['transaction']; readonly clock: Clock };

const aDay = 86_400;

/** Gives the app another secret. Those before it are valid for one more day. */
export const rotateAppSecret =
  ({ apps, transaction, clock }: Needs) =>
  async ({ id, name, isConfidential, publicKey }: App): Promise<string> => {
    if (!isConfidential) throw new OperatorError(`${name} is a public app, so it has no secret.`);
    if (publicKey !== null) throw new OperatorError(`${name} has a key, so it has no secret.`);
    const secret = newSecret();
    const now = clock();
    await transaction(async (write) => {
      await apps.expireSecrets(write, id, addSeconds(now, aDay));
      await apps.addSecret(write, id, secretHashOf(secret), now);
    });
    return secret;
  };
