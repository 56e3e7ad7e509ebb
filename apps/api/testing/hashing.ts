import type { Config } from '../src/config.ts';
import { createPasswordHasher, type PasswordHasher } from '../src/hashing/password-hasher.ts';

/** By kind and cost, the threads that all tests of this process share: starting them takes longer than a cheap hash. */
const hashers = new Map<string, PasswordHasher>();
const sharedHasher = ({ passwordHash: kind, bcryptCost }: Config): PasswordHasher => {
  const name = `${kind} ${bcryptCost}`;
  const hasher = hashers.get(name) ?? createPasswordHasher({ kind, bcryptCost });
  hashers.set(name, hasher);
  return hasher;
};

/** The real hasher, which a test can hold at the moment when it is asked for a comparison. */
export const createHoldableHasher = (config: Config) => {
  const hasher = sharedHasher(config);
  const works: ((hash: string | undefined) => Promise<unknown>)[] = [];
  const passwords: PasswordHasher = {
    ...hasher,
    async matches(...given) {
      const [, hash] = given;
      await works.shift()?.(hash);
      return hasher.matches(...given);
    },
    close: async () => {},
  };
  return {
    passwords,
    /** Lets something happen when the next password is to be compared. Called again, it is about the comparison after that. */
    beforeNextComparison(work: (hash: string | undefined) => Promise<unknown>): void {
      works.push(work);
    },
  };
};
