import { type FileHandle, open, rename } from 'node:fs/promises';
import type { AccountStore } from '../accounts/account-store.ts';
import { OperatorError } from '../operator-error.ts';

type Needs = { readonly accounts: AccountStore };
type Page = Awaited<ReturnType<AccountStore['listWithHashes']>>;

const pageSize = 200;

/** The names that the import reads, too. */
const toLine = ({ account, hash }: Page[number], hasHashes: boolean): string =>
  JSON.stringify({
    username: account.username,
    email: account.email,
    email_verified: account.emailVerifiedAt !== null,
    display_name: account.displayName,
    role: account.role,
    disabled: account.disabledAt !== null,
    created_at: account.createdAt,
    metadata: account.metadata,
    ...(hasHashes && { password_hash: hash }),
  });

/**
 * Writes all users to a file, one on each line. Only the operator can read it, and it has its name when it is complete.
 * @returns how many there were
 */
export const exportUsers =
  ({ accounts }: Needs) =>
  async (path: string, hasHashes: boolean, onProgress: (rows: number) => void): Promise<number> => {
    const partial = `${path}.partial`;
    const file = await open(partial, 'w', 0o600).catch((error) => {
      throw new OperatorError(`${path} cannot be written: ${error.message}.`);
    });
    const write = async (to: FileHandle): Promise<number> => {
      let count = 0;
      let page: Page = [];
      do {
        page = await accounts.listWithHashes(page.at(-1)?.account.usernameFolded ?? '', pageSize);
        await to.write(page.map((row) => `${toLine(row, hasHashes)}\n`).join(''));
        count += page.length;
        onProgress(count);
      } while (page.length === pageSize);
      await to.sync();
      return count;
    };
    const count = await write(file).finally(() => file.close());
    await rename(partial, path);
    return count;
  };
