import Bowser from 'bowser';

const browsers: ReadonlySet<string | undefined> = new Set(Object.values(Bowser.BROWSER_MAP));
const systems: ReadonlySet<string | undefined> = new Set(Object.values(Bowser.OS_MAP));

const majorOf = (version: string | undefined): string => /^\d{1,4}/.exec(version ?? '')?.[0] ?? '';

/**
 * What a browser says it is, in words: `Firefox 140` on `Android 16`. Nothing for what is not told, or no browser that is
 * known: a stranger who fails to sign in may not write into the page of the account's owner.
 */
export const deviceName = (userAgent: string | null): { browser: string | null; system: string | null } => {
  const { browser, os } = Bowser.parse(userAgent || ' ');
  const systemVersion = os.name === 'macOS' && os.versionName ? os.versionName : majorOf(os.version);
  return {
    browser: browsers.has(browser.name) ? `${browser.name} ${majorOf(browser.version)}`.trim() : null,
    system: systems.has(os.name) ? `${os.name} ${systemVersion}`.trim() : null,
  };
};

/** The same in one piece, for a sentence; nothing where nothing is known. */
export const deviceInWords = (userAgent: string | null): string | undefined => {
  const { browser, system } = deviceName(userAgent);
  return [browser, system].filter(Boolean).join(', ') || undefined;
};

/** Whether two requests could come from one browser, or program; an updated one is the same. */
export const isSameBrowser = (one: string | null, other: string | null): boolean => {
  const familyOf = (userAgent: string | null): string => {
    const { browser, system } = deviceName(userAgent);
    const family = browser ? `${browser} ${system}` : (userAgent?.split('/', 1)[0] ?? '');
    return family.replace(/[\d.]+/g, '');
  };
  return one === other || familyOf(one) === familyOf(other);
};
