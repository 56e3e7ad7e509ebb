const texts: Readonly<Record<string, string>> = {
  openid: 'Recognize you when you come back',
  profile: 'Read your name and user name',
  email: 'Read your e-mail address',
  offline_access: 'Keep you signed in',
};

/** What an app may do with a scope, in words. The name of a scope of its own says it. */
export const scopeText = (scope: string): string => texts[scope] ?? `Use “${scope}”`;
