/** The form in which names and passwords are compared: compatibility characters and case do not count. */
export const foldCase = (text: string): string => text.normalize('NFKC').toLowerCase();
