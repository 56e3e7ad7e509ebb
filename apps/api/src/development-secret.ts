import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

export const developmentSecretFile = 'data/app-secret';

/** The secret of a development machine: made at the first start, kept for the next. Production has its own. */
export const developmentSecret = (): string => {
  mkdirSync('data', { recursive: true, mode: 0o700 });
  try {
    writeFileSync(developmentSecretFile, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // It is there already; whatever else is wrong, the reading tells.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readFileSync(developmentSecretFile, 'utf8');
};
