import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

export const developmentSecretFile = 'data/app-secret';

/** The secret for development, generated at the first start. Production must set APP_SECRET. */
export const developmentSecret = (): string => {
  mkdirSync('data', { recursive: true, mode: 0o700 });
  try {
    writeFileSync(developmentSecretFile, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // EEXIST: an earlier start created the file.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readFileSync(developmentSecretFile, 'utf8');
};
