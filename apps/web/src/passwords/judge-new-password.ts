import { parseFields } from '@latchkey/contract/field-errors';
import { newPassword } from '@latchkey/contract/passwords';
import { judgePassword, type PasswordVerdict } from '@latchkey/password-policy';
import { weakPasswordText } from '@latchkey/password-policy/weak-password-text';
import * as z from 'zod/mini';
import { brand } from '../ui/brand.ts';

/** The user name, e-mail address and name of the account, if known: a password must not repeat them. */
export type NamesOfOwner = readonly (string | null | undefined)[];

const form = z.object({ newPassword });

/** The server's own checks: the format first, then the strength. With the word lists, so it is loaded late. */
export const judgeNewPassword = (
  text: string,
  [username, email, displayName]: NamesOfOwner,
): { readonly strength: PasswordVerdict['strength']; readonly fault?: string | undefined } => {
  const { errors } = parseFields(form, { newPassword: text });
  if (errors) return { strength: 'weak', fault: errors[0]?.message };
  const { strength, fault } = judgePassword(text, {
    username: username ?? '',
    email,
    displayName,
    serviceName: brand.name,
  });
  return { strength, fault: fault && weakPasswordText(fault) };
};
