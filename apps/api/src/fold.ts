import { withAsciiDomain } from '@latchkey/contract/email';
import { withoutPastedNoise } from '@latchkey/contract/text';
import { foldCase } from '@latchkey/password-policy/fold-case';

/** The form in which user names and e-mail addresses are compared. Not in SQL, because the two databases fold case differently. */
export const fold = (text: string): string => withAsciiDomain(foldCase(withoutPastedNoise(text)));
