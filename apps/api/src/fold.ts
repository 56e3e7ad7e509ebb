import { withAsciiDomain } from '@latchkey/contract/email';
import { withoutPastedNoise } from '@latchkey/contract/text';

/** The form in which names and addresses are compared. Done here, not in SQL: the two databases fold differently. */
export const fold = (text: string): string => withAsciiDomain(withoutPastedNoise(text).normalize('NFKC').toLowerCase());
