/** What a password is judged against: the name and the addresses of the account that it is to protect. */
export type PasswordContext = { readonly username: string; readonly email?: string | null | undefined };

/** So few characters beside a name do not make a password. */
const fewestOwnCharacters = 4;

const isHardlyMoreThan = (name: string, password: string): boolean =>
  name.length >= 3 && password.includes(name) && password.length - name.length < fewestOwnCharacters;

/**
 * Says why a password would be guessed early, or nothing. Length is the contract's matter; there are no composition
 * rules (NIST SP 800-63B-4 §3.1.1.2).
 * @param common passwords that attackers try first, in lower case
 */
export const passwordFault = (
  password: string,
  { username, email }: PasswordContext,
  common: ReadonlySet<string>,
): string | undefined => {
  const folded = password.normalize('NFKC').toLowerCase();
  if (common.has(folded)) return 'This password is among those that attackers try first. Choose a less common one.';
  if (new Set(folded).size < 3) return 'This password repeats too few characters. Mix more of them.';
  if (isHardlyMoreThan(username.toLowerCase(), folded)) {
    return 'This password is too much like your user name. Choose another.';
  }
  const address = email?.toLowerCase() ?? '';
  const [mailbox = ''] = address.split('@');
  if (isHardlyMoreThan(address, folded) || isHardlyMoreThan(mailbox, folded)) {
    return 'This password is too much like your e-mail address. Choose another.';
  }
  return undefined;
};
