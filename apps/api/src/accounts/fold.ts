/** The form in which names and addresses are compared. Done here, not in SQL: the two databases fold differently. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase();
