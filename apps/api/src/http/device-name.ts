import Bowser from 'bowser';

/** What a browser says it is, in words: `Firefox 140` on `Android 16`. Nothing for what is not told, or no browser. */
export const deviceName = (userAgent: string | null): { browser: string | null; system: string | null } => {
  const { browser, os } = Bowser.parse(userAgent || ' ');
  const inWords = (...parts: (string | undefined)[]): string | null => parts.filter(Boolean).join(' ') || null;
  return {
    browser: inWords(browser.name, browser.version?.split('.')[0]),
    system: inWords(os.name, os.versionName && os.name === 'macOS' ? os.versionName : os.version?.split('.')[0]),
  };
};

/** The same in one piece, for a sentence; nothing where nothing is known. */
export const deviceInWords = (userAgent: string | null): string | undefined => {
  const { browser, system } = deviceName(userAgent);
  return [browser, system].filter(Boolean).join(', ') || undefined;
};
