import { developmentSecret, developmentSecretFile } from './development-secret.ts';
import { isOwnAudience } from './keys/own-audience.ts';
import { OperatorError } from './operator-error.ts';
import { providerSettingNames, readProviders } from './provider-settings.ts';
import { SettingFault, secret } from './setting-parsers.ts';
import { settings, type Values } from './settings.ts';

export const settingNames = Object.values(settings).map(({ name }) => name);

/** With the settings of each sign-in provider. */
export const settingNamesOf = ({ signInProviders }: Pick<Values, 'signInProviders'>): string[] => [
  ...settingNames,
  ...providerSettingNames(signInProviders),
];

/** Lists every invalid setting, one per line. */
export class ConfigError extends OperatorError {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`Invalid configuration:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const developmentSender = { name: 'Latchkey', address: 'latchkey@example.com' };

/** Rules that concern several settings. A setting that is invalid in itself is absent. */
const conflictsOf = (values: Partial<Values>): string[] => {
  const { jwtSecret, jwtAlgorithm, appSecret, previousAppSecrets = [], publicUrl, jwtAudience } = values;
  const conflicts: string[] = [];
  const refuseSameSecret = (name: string, appSecrets: readonly (string | undefined)[]): void => {
    if (jwtSecret === undefined || !appSecrets.includes(jwtSecret)) return;
    conflicts.push(
      `JWT_SECRET is the same as ${name}; every service that knows JWT_SECRET could forge refresh tokens. Create another with: openssl rand -hex 32`,
    );
  };
  refuseSameSecret('APP_SECRET', [appSecret]);
  refuseSameSecret('APP_SECRET_PREVIOUS', previousAppSecrets);
  if (jwtSecret !== undefined && jwtAlgorithm !== undefined && jwtAlgorithm !== 'HS256') {
    conflicts.push('JWT_SECRET requires JWT_ALGORITHM=HS256; remove JWT_SECRET or set JWT_ALGORITHM to HS256.');
  }
  if (publicUrl !== undefined && isOwnAudience(publicUrl, jwtAudience ?? '')) {
    conflicts.push('JWT_AUDIENCE is reserved for another kind of token; set it to a name, such as latchkey.');
  }
  if ((values.accessTokenSeconds ?? 0) > (values.sessionSeconds ?? Number.POSITIVE_INFINITY)) {
    conflicts.push('ACCESS_TOKEN_TTL is longer than SESSION_TTL; an access token must not outlive its session.');
  }
  if (values.isProduction && values.smtpUrl !== undefined && values.mailFrom === undefined) {
    conflicts.push('SMTP_URL needs MAIL_FROM; set it to the sender, such as Acme <accounts@acme.example>.');
  }
  if (values.isVerifiedEmailRequired && values.smtpUrl === undefined) {
    conflicts.push('REQUIRE_VERIFIED_EMAIL needs SMTP_URL: nobody could verify an address.');
  }
  return conflicts;
};

/** The secret that development keeps in a file. A truncated file is refused, not read as a short secret. */
const storedSecret = (): string => {
  try {
    return secret(developmentSecret().trim(), false);
  } catch (error) {
    if (!(error instanceof SettingFault)) throw error;
    throw new ConfigError([
      `${developmentSecretFile} ${error.message} Restore the file, or delete it: the next start creates a new secret, which cannot decrypt the existing signing keys.`,
    ]);
  }
};

/**
 * Reads all settings from the environment (README, "Settings").
 * @throws ConfigError that lists every invalid setting
 */
export const readConfig = (environment: NodeJS.ProcessEnv = process.env) => {
  const isProduction = environment.NODE_ENV === 'production';
  const faults: string[] = [];
  const values = Object.fromEntries(
    Object.entries(settings).map(([key, { name, read }]) => {
      try {
        return [key, read(environment[name], isProduction)];
      } catch (error) {
        if (!(error instanceof SettingFault)) throw error;
        faults.push(`${name} ${error.message}`);
        return [key, undefined];
      }
    }),
  );
  faults.push(...conflictsOf(values));
  const { providers, faults: providerFaults } = readProviders(
    (values as Partial<Values>).signInProviders ?? [],
    environment,
  );
  faults.push(...providerFaults);
  if (faults.length > 0) throw new ConfigError(faults);

  const { appSecret = storedSecret(), previousAppSecrets, mailFrom = developmentSender, ...rest } = values as Values;
  const hasMail = rest.smtpUrl !== undefined;
  return { ...rest, providers, mailFrom, hasMail, appSecrets: [appSecret, ...previousAppSecrets] as const };
};

export type Config = ReturnType<typeof readConfig>;

/** How long after its `iat` a service may still accept an access token, given the tolerated clock difference. */
export const tokenSecondsOf = ({
  accessTokenSeconds,
  clockToleranceSeconds,
}: Pick<Config, 'accessTokenSeconds' | 'clockToleranceSeconds'>): number =>
  accessTokenSeconds + 2 * clockToleranceSeconds;
