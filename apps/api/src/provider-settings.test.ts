import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { ConfigError, readConfig, settingNamesOf } from './config.ts';
import { misspelledSettings } from './misspelled-settings.ts';

const read = (environment: Record<string, string>) => readConfig({ APP_SECRET: 'x'.repeat(32), ...environment });
const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    read(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
  }
  return [];
};
const credentials = (name: string) => ({
  [`PROVIDER_${name}_CLIENT_ID`]: 'the client',
  [`PROVIDER_${name}_CLIENT_SECRET`]: 'the client secret',
});

it('a known provider needs its credentials only', () => {
  const names = ['google', 'microsoft', 'github', 'gitlab'];
  const { providers } = read({
    SIGN_IN_PROVIDERS: ' google, microsoft ,github,gitlab',
    ...Object.assign({}, ...names.map((name) => credentials(name.toUpperCase()))),
  });
  expect(providers.map(({ name }) => name)).toEqual(names);
  expect(providers[0]).toEqual({
    name: 'google',
    label: 'Google',
    protocol: 'openid',
    issuer: 'https://accounts.google.com',
    clientId: 'the client',
    authentication: { secret: 'the client secret' },
    scope: 'openid profile email',
    trustEmail: 'own_domain',
    promptAgain: 'select_account',
  });
  expect(providers.filter(({ trustEmail }) => trustEmail !== 'never').map(({ name }) => name)).toEqual(['google']);
});

it('any OpenID Provider needs its issuer, too', () => {
  const { providers } = read({
    SIGN_IN_PROVIDERS: 'acme-corp',
    ...credentials('ACME_CORP'),
    PROVIDER_ACME_CORP_ISSUER: 'https://id.acme.example/realms/staff',
    PROVIDER_ACME_CORP_LABEL: 'Acme',
    PROVIDER_ACME_CORP_TRUST_EMAIL: 'on',
  });
  expect(providers).toEqual([
    expect.objectContaining({ issuer: 'https://id.acme.example/realms/staff', label: 'Acme', trustEmail: 'always' }),
  ]);
});

it('Apple takes a key in place of a secret', () => {
  const file = join(mkdtempSync(join(inject('scratchFolder'), 'apple-')), 'key.p8');
  writeFileSync(file, 'the key');
  const apple = {
    SIGN_IN_PROVIDERS: 'apple',
    PROVIDER_APPLE_CLIENT_ID: 'com.example.accounts',
    PROVIDER_APPLE_TEAM_ID: 'TEAM123456',
    PROVIDER_APPLE_KEY_ID: 'KEY1234567',
    PROVIDER_APPLE_KEY_FILE: file,
  };
  const { providers } = read(apple);
  expect(providers[0]?.authentication).toEqual({
    key: { teamId: 'TEAM123456', keyId: 'KEY1234567', pem: 'the key' },
  });
  expect(faultsOf({ ...apple, PROVIDER_APPLE_KEY_FILE: '/no/such/key', PROVIDER_APPLE_KEY_ID: '' })).toEqual([
    'PROVIDER_APPLE_KEY_ID is missing; SIGN_IN_PROVIDERS names apple.',
    expect.stringMatching(/^PROVIDER_APPLE_KEY_FILE is "\/no\/such\/key", which cannot be read/),
  ]);
});

it('an error names every setting that is missing or wrong', () => {
  expect(faultsOf({ SIGN_IN_PROVIDERS: 'google,acme', PROVIDER_ACME_TRUST_EMAIL: 'yes' })).toEqual([
    'PROVIDER_GOOGLE_CLIENT_ID is missing; SIGN_IN_PROVIDERS names google.',
    'PROVIDER_GOOGLE_CLIENT_SECRET is missing; SIGN_IN_PROVIDERS names google.',
    'PROVIDER_ACME_ISSUER is missing; SIGN_IN_PROVIDERS names acme.',
    'PROVIDER_ACME_CLIENT_ID is missing; SIGN_IN_PROVIDERS names acme.',
    'PROVIDER_ACME_CLIENT_SECRET is missing; SIGN_IN_PROVIDERS names acme.',
    'PROVIDER_ACME_TRUST_EMAIL is "yes"; it must be one of on, off.',
  ]);
  expect(faultsOf({ SIGN_IN_PROVIDERS: 'google,google' })).toEqual(['SIGN_IN_PROVIDERS has "google" twice.']);
});

it.each(['http://id.acme.example', 'ldap://acme', 'id.acme.example', 'https://id.acme.example?x=1'])(
  'refuses %s as an issuer',
  (issuer) => {
    const acme = { SIGN_IN_PROVIDERS: 'acme', ...credentials('ACME'), PROVIDER_ACME_ISSUER: issuer };
    expect(faultsOf(acme)).toEqual([
      `PROVIDER_ACME_ISSUER is "${issuer}"; it must be an https URL, such as https://id.example.com.`,
    ]);
  },
);

it('a misspelled setting of a provider is named', () => {
  const environment = { PROVIDER_GOOGLE_CLIENTID: 'x' };
  expect(misspelledSettings(settingNamesOf({ signInProviders: ['google'] }), environment)).toEqual([
    'PROVIDER_GOOGLE_CLIENTID is not a setting. Did you mean PROVIDER_GOOGLE_CLIENT_ID?',
  ]);
});
