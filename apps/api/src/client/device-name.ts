import Bowser from 'bowser';

const browsers: ReadonlySet<string | undefined> = new Set(Object.values(Bowser.BROWSER_MAP));
const systems: ReadonlySet<string | undefined> = new Set(Object.values(Bowser.OS_MAP));

const majorOf = (version: string | undefined): string => /^\d{1,4}/.exec(version ?? '')?.[0] ?? '';

type Device = { readonly browser: string | null; readonly system: string | null };

const parse = (userAgent: string): Device => {
  const { browser, os } = Bowser.parse(userAgent || ' ');
  const systemVersion = os.name === 'macOS' && os.versionName ? os.versionName : majorOf(os.version);
  return {
    browser: browsers.has(browser.name) ? `${browser.name} ${majorOf(browser.version)}`.trim() : null,
    system: systems.has(os.name) ? `${os.name} ${systemVersion}`.trim() : null,
  };
};

/** A user has a few devices and thousands of events, and Bowser takes about 0.1 ms. */
const parsed = new Map<string, Device>();
const maxParsed = 500;

/**
 * Browser and operating system of a user agent, such as `Firefox 140` and `Android 16`; `null` for unknown ones, because a
 * failed sign-in must not let a stranger write text onto the account's activity page.
 */
export const deviceName = (userAgent: string | null): Device => {
  const text = userAgent ?? '';
  const device = parsed.get(text) ?? parse(text);
  if (parsed.size >= maxParsed) parsed.clear();
  parsed.set(text, device);
  return device;
};

/** Browser and system as one text; `null` if both are unknown. */
export const deviceInWords = (userAgent: string | null): string | null => {
  const { browser, system } = deviceName(userAgent);
  return [browser, system].filter(Boolean).join(', ') || null;
};

/** Whether two user agents may be the same browser or program. Versions do not matter. */
export const isSameBrowser = (one: string | null, other: string | null): boolean => {
  const familyOf = (userAgent: string | null): string => {
    const { browser, system } = deviceName(userAgent);
    const family = browser ? `${browser} ${system}` : (userAgent?.split('/', 1)[0] ?? '');
    return family.replace(/[\d.]+/g, '');
  };
  return one === other || familyOf(one) === familyOf(other);
};
