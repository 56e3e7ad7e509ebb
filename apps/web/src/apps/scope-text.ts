const texts: Readonly<Record<string, string>> = {
  openid: 'recognize you when you come back',
  profile: 'read your name and user name',
  email: 'read your e-mail address',
  offline_access: 'keep you signed in',
};

/** What an app may do with a scope, in words. The name of a scope of its own says it. */
export const scopeText = (scope: string): string => texts[scope] ?? `use “${scope}”`;
