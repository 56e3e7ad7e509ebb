import { withAsciiDomain } from '@latchkey/contract/email';
import { withoutPastedNoise } from '@latchkey/contract/text';

/** The form in which user names and e-mail addresses are compared. Not in SQL, because the two databases fold case differently. */
export const fold = (text: string): string => withAsciiDomain(withoutPastedNoise(text).normalize('NFKC').toLowerCase());
