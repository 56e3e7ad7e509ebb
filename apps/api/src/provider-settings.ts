import { readFileSync } from 'node:fs';
import { oneOf, type Parser, SettingFault } from './setting-parsers.ts';

/** A provider that people can sign in with. */
export type Provider = {
  /** Its name in the settings and in paths, such as `google`. */
  readonly name: string;
  readonly label: string;
  /** GitHub is OAuth 2.0 with an API of its own, not OpenID Connect. */
  readonly protocol: 'openid' | 'github';
  readonly issuer: string;
  readonly clientId: string;
  /** `key`: Apple wants a JWT in place of a secret. */
  readonly authentication: { readonly secret: string } | { readonly key: AppleKey };
  readonly scope: string;
  /** Whether an address that it calls verified belongs to the user: never for the domains of others. */
  readonly trustEmail: 'never' | 'always' | 'own_domain';
  /** The value of `prompt` that makes it ask the user again. */
  readonly promptAgain: string;
};

type AppleKey = { readonly teamId: string; readonly keyId: string; readonly pem: string };

type Preset = Pick<Provider, 'label' | 'trustEmail' | 'promptAgain'> & {
  readonly protocol?: 'github';
  readonly issuer?: string;
  readonly scope?: string;
};

const other: Preset = { label: '', trustEmail: 'never', promptAgain: 'login' };

/** What is known about a provider by its name. Settings override the issuer, the label and the trust. */
const presets: Readonly<Record<string, Preset>> = {
  google: {
    label: 'Google',
    issuer: 'https://accounts.google.com',
    trustEmail: 'own_domain',
    promptAgain: 'select_account',
  },
  // Anybody can enter any address in a directory of their own.
  microsoft: {
    label: 'Microsoft',
    issuer: 'https://login.microsoftonline.com/common/v2.0',
    trustEmail: 'never',
    promptAgain: 'login',
  },
  github: {
    label: 'GitHub',
    protocol: 'github',
    issuer: 'https://github.com',
    scope: 'read:user user:email',
    trustEmail: 'never',
    promptAgain: 'select_account',
  },
  gitlab: { label: 'GitLab', issuer: 'https://gitlab.com', trustEmail: 'never', promptAgain: 'login' },
  // With more scopes it would answer with a form of another site, which carries no cookie.
  apple: {
    label: 'Apple',
    issuer: 'https://appleid.apple.com',
    scope: 'openid',
    trustEmail: 'never',
    promptAgain: 'login',
  },
};

const name: Parser<string> = (text) => {
  if (/^[a-z][a-z0-9-]{0,30}$/.test(text)) return text;
  throw new SettingFault(
    `has "${text}"; it must be a comma-separated list of names in small letters, such as google,acme.`,
  );
};

export const providerNames: Parser<string[]> = (text, isProduction) => {
  const names = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => name(item, isProduction));
  const repeated = names.find((item, index) => names.indexOf(item) !== index);
  if (repeated) throw new SettingFault(`has "${repeated}" twice.`);
  return names;
};

const isLoopback = ({ hostname }: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** Latchkey sends secrets to it and believes what it says, so http is only for this machine. */
const issuer: Parser<string> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (url && isSafe && url.search === '' && url.hash === '') return text;
  throw new SettingFault(`is "${text}"; it must be an https URL, such as https://id.example.com.`);
};

const label: Parser<string> = (text) => {
  if (/^[^\p{C}]{1,40}$/u.test(text)) return text;
  throw new SettingFault('must be 1 to 40 characters, such as Acme.');
};

const keyFile: Parser<string> = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingFault(`is "${path}", which cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
};

const keySettings = ['TEAM_ID', 'KEY_ID', 'KEY_FILE'] as const;
const parts = ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'LABEL', 'TRUST_EMAIL', ...keySettings] as const;
type Part = (typeof parts)[number];

const settingOf = (provider: string, part: Part): string =>
  `PROVIDER_${provider.toUpperCase().replaceAll('-', '_')}_${part}`;

/** The settings of these providers, by name. */
export const providerSettingNames = (providers: readonly string[]): string[] =>
  providers.flatMap((provider) => parts.map((part) => settingOf(provider, part)));

type Result = { readonly providers: readonly Provider[]; readonly faults: readonly string[] };

/** Reads the settings of each provider: `PROVIDER_GOOGLE_CLIENT_ID`. */
export const readProviders = (names: readonly string[], environment: NodeJS.ProcessEnv): Result => {
  const faults: string[] = [];

  const readProvider = (provider: string): Provider => {
    const preset = presets[provider] ?? { ...other, label: provider };
    const given = (part: Part): string | undefined => environment[settingOf(provider, part)]?.trim() || undefined;
    /** Records the fault of a setting; the value is then not used. */
    const read = <Value>(part: Part, parse: Parser<Value>, fallback?: Value): Value => {
      const text = given(part);
      try {
        if (text !== undefined) return parse(text, false);
        if (fallback === undefined) throw new SettingFault(`is missing; SIGN_IN_PROVIDERS names ${provider}.`);
      } catch (error) {
        if (!(error instanceof SettingFault)) throw error;
        faults.push(`${settingOf(provider, part)} ${error.message}`);
      }
      return fallback as Value;
    };
    const text: Parser<string> = String;
    const hasKey = keySettings.some((part) => given(part) !== undefined);
    return {
      name: provider,
      label: read('LABEL', label, preset.label),
      protocol: preset.protocol ?? 'openid',
      issuer: read('ISSUER', issuer, preset.issuer),
      clientId: read('CLIENT_ID', text),
      authentication: hasKey
        ? { key: { teamId: read('TEAM_ID', text), keyId: read('KEY_ID', text), pem: read('KEY_FILE', keyFile) } }
        : { secret: read('CLIENT_SECRET', text) },
      scope: preset.scope ?? 'openid profile email',
      trustEmail: read(
        'TRUST_EMAIL',
        (value) => (oneOf('on', 'off')(value, false) === 'on' ? 'always' : 'never'),
        preset.trustEmail,
      ),
      promptAgain: preset.promptAgain,
    };
  };

  return { providers: names.map(readProvider), faults };
};
