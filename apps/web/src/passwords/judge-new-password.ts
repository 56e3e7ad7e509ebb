import { newPassword } from '@latchkey/contract/passwords';
import { judgePassword, type PasswordVerdict } from '@latchkey/password-policy';

/** The user name, e-mail address and name of the account, if known: a password must not repeat them. */
export type NamesOfOwner = readonly (string | null | undefined)[];

/** The server's own checks: the format first, then the strength. With the word lists, so it is loaded late. */
export const judgeNewPassword = (
  text: string,
  [username, email, displayName]: NamesOfOwner,
): { readonly strength: PasswordVerdict['strength']; readonly fault?: string | undefined } => {
  const { error } = newPassword.safeParse(text);
  return error
    ? { strength: 'weak', fault: error.issues[0]?.message }
    : judgePassword(text, { username: username ?? '', email, displayName });
};
