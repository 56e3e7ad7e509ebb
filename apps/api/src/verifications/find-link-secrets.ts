import type { Clock } from '../clock.ts';
import { isUsable, type VerificationStore } from './verification-store.ts';
import type { VerificationTokens } from './verification-tokens.ts';

type Needs = {
  readonly verifications: VerificationStore;
  readonly verificationTokens: VerificationTokens;
  readonly clock: Clock;
};

/** Returns the token and the code of a verification; undefined when it is spent, expired or replaced by a newer one. */
export const findLinkSecrets =
  ({ verifications, verificationTokens, clock }: Needs) =>
  async (verificationId: string): Promise<{ token: string; code: string } | undefined> => {
    const verification = await verifications.findById(verificationId);
    return verification && isUsable(verification, clock()) ? verificationTokens.find(verification) : undefined;
  };
