import type { Config } from '../src/config.ts';
import { createPasswordHasher, type PasswordHasher } from '../src/hashing/password-hasher.ts';

/** The hashers by kind and cost. All tests of the process share their threads, which take longer to start than a cheap hash. */
const hashers = new Map<string, PasswordHasher>();
const sharedHasher = ({ passwordHash: kind, bcryptCost }: Config): PasswordHasher => {
  const name = `${kind} ${bcryptCost}`;
  const hasher = hashers.get(name) ?? createPasswordHasher({ kind, bcryptCost });
  hashers.set(name, hasher);
  return hasher;
};

/** The real hasher, except that a test can run code before a comparison. */
export const createHoldableHasher = (config: Config) => {
  const shared = sharedHasher(config);
  const hooks: ((hash: string | undefined) => Promise<unknown>)[] = [];
  const hasher: PasswordHasher = {
    ...shared,
    async matches(...args) {
      const [, hash] = args;
      await hooks.shift()?.(hash);
      return shared.matches(...args);
    },
    close: async () => {},
  };
  return {
    hasher,
    /** Runs `hook` before the next comparison. A second call is for the comparison after that. */
    beforeNextComparison(hook: (hash: string | undefined) => Promise<unknown>): void {
      hooks.push(hook);
    },
  };
};
