/** OWASP's recommendation: 19 MiB of memory, two passes. */
const [memoryKib, passes] = [19_456, 2];

/** The maximum that a stored hash may ask for; otherwise write access to the database could exhaust the memory. */
const maxMemoryKib = 65_536;

/**
 * The format of all implementations: parameters, a salt of 16 bytes and a digest of 32, both in canonical base64. Up to five
 * passes and four lanes. https://github.com/P-H-C/phc-string-format
 */
const format =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,4}),t=[1-5],p=([1-4])\$[A-Za-z\d+/]{21}[AQgw]\$[A-Za-z\d+/]{42}[AEIMQUYcgkosw048]$/;

// Loaded on demand, because every thread would hold it in memory. Synchronous calls: in a worker nothing else waits.
const load = () => import('@node-rs/argon2');

/** Hashes a password with a new salt. Slow by design: call it in a worker only. */
export const hashPassword = async (password: string): Promise<string> => {
  const { hashSync } = await load();
  return hashSync(password, { memoryCost: memoryKib, timeCost: passes, parallelism: 1 });
};

/** Whether it is an Argon2id hash with parameters within the limits. */
export const isKnown = (hash: string): boolean => {
  const [, memory = 0, lanes = 1] = (format.exec(hash) ?? []).map(Number);
  return memory >= 8 * lanes && memory <= maxMemoryKib;
};

/** Whether it is an Argon2id hash with the current parameters. */
export const isCurrent = (hash: string): boolean =>
  isKnown(hash) && hash.startsWith(`$argon2id$v=19$m=${memoryKib},t=${passes},p=1$`);

/** Compares in constant time. `false`, too, for a hash of unknown format. */
export const verifyPassword = async (password: string, hash: string): Promise<boolean> => {
  if (!isKnown(hash)) return false;
  const { verifySync } = await load();
  return verifySync(hash, password);
};
