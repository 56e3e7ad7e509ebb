import type { FieldTexts } from '../api/form-fields.ts';
import { loadWithRetry } from '../api/lazy-page.ts';

/** For a browser that cannot load the checks: the server checks the password anyway. */
const noChecks = { judgeNewPassword: (): { readonly fault?: string } => ({}) };

type Owner = { readonly username?: unknown; readonly email?: unknown; readonly displayName?: unknown };

/**
 * Checks a new password as the server will, for a form that shows all its errors together.
 * @returns the error under the field's name, if there is one; none if the checks cannot be loaded
 */
export const checkNewPassword = async <Field extends string>(
  field: Field,
  texts: FieldTexts,
  owner: Owner = {},
): Promise<Partial<Record<Field, string>>> => {
  const context = [owner.username, owner.email, owner.displayName].map((text) => String(text ?? ''));
  const { judgeNewPassword } = await loadWithRetry(() => import('./judge-new-password.ts')).catch(() => noChecks);
  const { fault } = judgeNewPassword(String(texts[field] ?? ''), context);
  return fault ? ({ [field]: fault } as Partial<Record<Field, string>>) : {};
};
